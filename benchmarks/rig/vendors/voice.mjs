import { isReplyEnd, replyTo } from '../airline-script.mjs';
import { agentFrame, frameBytes } from '../frame-code.mjs';
import { lastNamed } from '../names.mjs';
import { nowMs } from '../clock.mjs';
import { bodyOf } from './http-body.mjs';
import { firstByteMs } from './delays.mjs';

const framesPerSecond = 50;
const charsPerSecond = 15;
/** Audio comes twenty times as fast as it is spoken. */
const pieceFrames = 25;
const pieceEveryMs = 25;

/** ElevenLabs' speech over HTTP, as µ-law: each request's frames bear its number. */
export class Voice {
  #count = 0;
  #perTurn = new Map();

  constructor({ runOf, journal }) {
    this.runOf = runOf;
    this.journal = journal;
  }

  async answer(request, response) {
    const atMs = nowMs();
    if (request.method !== 'POST') return response.writeHead(404).end();
    const { text } = JSON.parse(await bodyOf(request));
    const named = lastNamed(text);
    const id = ++this.#count;
    const line = this.journal.write('speech', { id, ...named, text, role: roleOf(text, named) });
    line.atMs = atMs;
    const nth = named ? this.#nthOf(named) : 1;
    const dueMs = atMs + firstByteMs(this.runOf(), named ?? { call: 0, turn: 0 }, nth);
    this.#stream(response, line, framesOf(id, text), dueMs);
    return undefined;
  }

  #nthOf({ call, turn }) {
    const key = call * 64 + turn;
    const nth = (this.#perTurn.get(key) ?? 0) + 1;
    this.#perTurn.set(key, nth);
    return nth;
  }

  #stream(response, line, audio, dueMs) {
    let at = 0;
    let timer;
    const next = () => {
      if (at === 0) {
        response.writeHead(200, { 'content-type': 'audio/basic' });
        line.firstByteMs = nowMs();
      }
      const piece = audio.subarray(at, at + pieceFrames * frameBytes);
      at += piece.length;
      if (at < audio.length) {
        response.write(piece);
        timer = setTimeout(next, pieceEveryMs);
        return;
      }
      line.doneMs = nowMs();
      response.end(piece);
    };
    response.on('close', () => {
      clearTimeout(timer);
      if (line.doneMs === undefined) line.cancelledMs = nowMs();
    });
    timer = setTimeout(next, dueMs - nowMs());
  }
}

function framesOf(id, text) {
  const count = Math.max(5, Math.round((text.length / charsPerSecond) * framesPerSecond));
  const isEnd = isReplyEnd(text);
  return Buffer.concat(
    Array.from({ length: count }, (_, index) => agentFrame(id, index, isEnd && index === count - 1 ? 1 : 0)),
  );
}

const letters = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
const replies = letters(replyTo('', '') + replyTo('everything', ''));

/** What a text is to its call: the beginning or the rest of a reply, the greeting, or something that the agent made up. */
function roleOf(text, named) {
  if (/^hello/i.test(text) && named?.turn === 63) return 'greeting';
  if (named) return 'clause';
  return replies.includes(letters(text)) ? 'rest' : 'other';
}
