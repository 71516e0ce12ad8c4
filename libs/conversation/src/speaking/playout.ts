/** Audio is µ-law at 8 kHz. */
export const bytesPerMs = 8;

/**
 * What the carrier has been given to play, and how far it must have come. One axis for the whole call: ms of audio
 * handed over since the start. Marks tell the truth; between them time passes as audio does.
 */
export interface Playout {
  /** End of all audio handed over. */
  readonly sentMs: number;
  /** At `anchorAtMs` (epoch) play-out stood at `anchorMs` (axis). */
  readonly anchorMs: number;
  readonly anchorAtMs: number;
  /** Everything before this was played, by a mark. */
  readonly confirmedMs: number;
  /** Marks that have not come back, oldest first. */
  readonly marks: readonly PendingMark[];
  readonly nextMark: number;
}

export interface PendingMark {
  readonly name: string;
  /** Its place on the axis. */
  readonly atMs: number;
  /** When it was set, epoch ms. */
  readonly setAtMs: number;
}

export const silentPlayout: Playout = {
  sentMs: 0,
  anchorMs: 0,
  anchorAtMs: 0,
  confirmedMs: 0,
  marks: [],
  nextMark: 1,
};

/** How far play-out must have come by `nowMs`, on the axis. */
export function playedMs(playout: Playout, nowMs: number): number {
  const passedMs = Math.max(0, nowMs - playout.anchorAtMs);
  return Math.max(playout.confirmedMs, Math.min(playout.sentMs, playout.anchorMs + passedMs));
}

/** When all audio handed over so far has been played, epoch ms. */
export function audibleUntilMs({ anchorAtMs, anchorMs, sentMs }: Playout): number {
  return anchorAtMs + sentMs - anchorMs;
}

/** Audio was handed over. When the carrier had run dry, it begins to play now. */
export function audioSent(playout: Playout, durationMs: number, nowMs: number): Playout {
  const ranDry = playedMs(playout, nowMs) >= playout.sentMs;
  return {
    ...playout,
    sentMs: playout.sentMs + durationMs,
    ...(ranDry && { anchorMs: playout.sentMs, anchorAtMs: nowMs }),
  };
}

/** A mark was set behind all audio so far. */
export function markSent(playout: Playout, nowMs: number): [Playout, PendingMark] {
  const mark = { name: `m${playout.nextMark}`, atMs: playout.sentMs, setAtMs: nowMs };
  return [{ ...playout, marks: [...playout.marks, mark], nextMark: playout.nextMark + 1 }, mark];
}

/** A mark came back, and with it all that were set before it. Unknown names change nothing. */
export function markReturned(playout: Playout, name: string, nowMs: number): Playout {
  const index = playout.marks.findIndex((mark) => mark.name === name);
  const mark = playout.marks[index];
  if (!mark) return playout;
  return {
    ...playout,
    anchorMs: mark.atMs,
    anchorAtMs: nowMs,
    confirmedMs: mark.atMs,
    marks: playout.marks.slice(index + 1),
  };
}

/** All audio that was not played was dropped; marks that are still out mean nothing any more. */
export function cleared(playout: Playout, nowMs: number): Playout {
  const stoppedMs = playedMs(playout, nowMs);
  return {
    ...playout,
    sentMs: stoppedMs,
    anchorMs: stoppedMs,
    anchorAtMs: nowMs,
    confirmedMs: stoppedMs,
    marks: [],
  };
}

/** When the oldest mark should have come back, epoch ms; null when none is out. */
export function markExpectedAtMs(playout: Playout): number | null {
  const mark = playout.marks[0];
  return mark ? Math.max(mark.setAtMs, playout.anchorAtMs + mark.atMs - playout.anchorMs) : null;
}
