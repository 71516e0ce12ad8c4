import { randomUUID } from 'node:crypto';
import { textOf } from './flux.mjs';

/** Deepgram's `/v1/listen`, as the ear drives it: segments that are final, and a `speech_final` where the turn is over. */
export class ListenV1Protocol {
  #settled = 0;
  #segmentStartS = 0;
  #lastWordEndS = -1;
  #metadata = {
    request_id: randomUUID(),
    model_info: { name: 'rig', version: '1', arch: 'nova-3' },
    model_uuid: randomUUID(),
  };

  constructor({ send, journal, run }) {
    this.send = send;
    this.journal = journal;
    this.run = run;
  }

  onset(turn) {
    this.#settled = 0;
    this.journal.write('heard', { what: 'StartOfTurn', call: turn.call, turn: turn.turn, text: '' });
    this.send({ type: 'SpeechStarted', channel: [0, 1], timestamp: this.#nowS() });
  }

  started() {}

  interim(turn, words) {
    this.#results(turn, words, { isFinal: false, speechFinal: false });
  }

  eager() {}
  resumed() {}

  /** It goes by silence: a noisy one takes a hesitation for the end. */
  paused(turn, words) {
    this.#results(turn, words, { isFinal: true, speechFinal: this.run.noise });
  }

  falseEnd(turn, words) {
    this.#results(turn, words, { isFinal: true, speechFinal: true });
  }

  ended(turn, words) {
    this.#results(turn, words, { isFinal: true, speechFinal: true });
  }

  fellSilent() {
    this.send({ type: 'UtteranceEnd', channel: [0, 1], last_word_end: this.#lastWordEndS });
  }

  idle(heardMs) {
    this.heardMs = heardMs;
    this.#send([], { isFinal: false, speechFinal: false });
  }

  #results({ call, turn, words: all }, words, { isFinal, speechFinal }) {
    const segment = words.slice(this.#settled);
    if (isFinal) this.#settled = words.length;
    const isOver = words.length === all.length;
    const what = speechFinal ? (isOver ? 'EndOfTurn' : 'FalseEnd') : isFinal ? 'Segment' : 'Update';
    if (what !== 'Update' || this.run.journalWords) {
      this.journal.write('heard', { what, call, turn, text: textOf(segment) });
    }
    this.#send(segment, { isFinal, speechFinal });
    if (isFinal) this.#segmentStartS = this.#nowS();
    this.#lastWordEndS = (words.at(-1)?.endMs ?? -1_000) / 1000;
  }

  #nowS() {
    return Math.round((this.heardMs ?? 0) / 10) / 100;
  }

  #send(words, { isFinal, speechFinal }) {
    const start = this.#segmentStartS;
    const endS = this.#nowS();
    const timed = words.map(({ text, startMs, endMs }) => ({
      ...{ word: text.toLowerCase().replace(/\W/g, ''), punctuated_word: text, confidence: 0.98 },
      ...{ start: startMs / 1000, end: endMs / 1000 },
    }));
    this.send({
      type: 'Results',
      channel_index: [0, 1],
      duration: Math.max(0, endS - start),
      start,
      is_final: isFinal,
      speech_final: speechFinal,
      from_finalize: false,
      channel: { alternatives: [{ transcript: textOf(words), confidence: 0.98, words: timed }] },
      metadata: this.#metadata,
    });
  }
}
