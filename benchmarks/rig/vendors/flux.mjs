import { randomUUID } from 'node:crypto';

const seconds = (ms) => Math.round(ms / 10) / 100;
export const textOf = (words) => words.map(({ text }) => text).join(' ');

/** Deepgram's `/v2/listen` (Flux), as the ear drives it. Eager ends are told only to a client that asked for them. */
export class FluxProtocol {
  #sequence = 0;
  #turnIndex = 0;
  #requestId = randomUUID();

  constructor({ query, send, journal, run }) {
    this.send = send;
    this.journal = journal;
    this.run = run;
    this.tellsEager = query.has('eager_eot_threshold');
    this.send({ type: 'Connected', request_id: this.#requestId, sequence_id: this.#sequence++ });
  }

  onset() {}

  started(turn, words) {
    this.#tell('StartOfTurn', turn, words);
  }

  interim(turn, words) {
    this.#tell('Update', turn, words);
  }

  eager(turn, words) {
    if (this.tellsEager) this.#tell('EagerEndOfTurn', turn, words);
  }

  /** A hesitation is no end to a transcriber that hears what is said. */
  paused() {}

  resumed(turn, words) {
    if (this.tellsEager) this.#tell('TurnResumed', turn, words);
  }

  falseEnd(turn, words) {
    this.eager(turn, words);
  }

  ended(turn, words) {
    this.#tell('EndOfTurn', turn, words);
    this.#turnIndex += 1;
  }

  fellSilent() {}

  /** Sent each second while nobody speaks. */
  idle(heardMs) {
    this.heardMs = heardMs;
    this.#send('Update', [], 0);
  }

  #tell(event, { call, turn }, words) {
    const text = textOf(words);
    if (event !== 'Update' || this.run.journalWords) {
      this.journal.write('heard', { what: event, call, turn, text });
    }
    this.#send(event, words, event === 'EndOfTurn' ? 0.92 : event === 'EagerEndOfTurn' ? 0.6 : 0.1);
  }

  #send(event, words, confidence) {
    this.send({
      type: 'TurnInfo',
      request_id: this.#requestId,
      sequence_id: this.#sequence++,
      event,
      turn_index: this.#turnIndex,
      audio_window_start: 0,
      audio_window_end: seconds(this.heardMs ?? 0),
      transcript: textOf(words),
      words: words.map(({ text: word, startMs, endMs }) => ({
        word,
        confidence: 0.98,
        start: seconds(startMs),
        end: seconds(endMs),
      })),
      end_of_turn_confidence: confidence,
    });
  }
}
