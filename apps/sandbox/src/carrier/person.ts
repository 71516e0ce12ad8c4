/** What the person at the end of a line can do with it. */
export interface TelephoneLine {
  /** The carrier's name of this leg. */
  readonly callSid: string;
  /** The number at the other side. */
  readonly number: string;
  /** Takes the call that rings. */
  answer(): void;
  /** Refuses the call that rings: the caller gets a busy tone. */
  refuse(): void;
  /** Presses one key. */
  press(digit: string): void;
  hangUp(): void;
}

/**
 * A person at the end of a line. All they get is rings and audio, all they give is audio, keys, an answer and a
 * hang-up. Times are epoch ms.
 */
export interface PersonOnLine {
  /** Someone calls; `line.answer()` takes it. */
  rings(line: TelephoneLine): void;
  /** The line is open: `exchange` follows every 20 ms. For a person who dialled, this is the other side's answer. */
  connected(line: TelephoneLine, atMs: number): void;
  /**
   * One frame of 20 ms of µ-law each way: `heard` came over the line, `said` is to be filled (it holds silence).
   * Neither may be kept. `atMs` is when the frame begins.
   */
  exchange(heard: Buffer, said: Buffer, atMs: number): void;
  /** The line is gone, whoever closed it. */
  closed(): void;
}

/** Who can be reached. */
export interface Subscribers {
  /** The person under this number; undefined when the number is not in use. A new one for every call. */
  reach(number: string): PersonOnLine | undefined;
}
