import { firstClauseTokens, replyTo, tokensOf } from '../airline-script.mjs';
import { lastNamed, nameOf } from '../names.mjs';
import { nowMs } from '../clock.mjs';
import { bodyOf } from './http-body.mjs';
import { firstTokenMs, ideal } from './delays.mjs';

/** OpenAI's chat completions, streamed: a reply that repeats the name of the turn that is asked about. */
export class Model {
  #count = 0;
  #perTurn = new Map();

  constructor({ runOf, journal }) {
    this.runOf = runOf;
    this.journal = journal;
  }

  async answer(request, response) {
    const atMs = nowMs();
    if (request.method !== 'POST') return response.writeHead(404).end();
    const { messages } = JSON.parse(await bodyOf(request));
    const users = messages.filter(({ role }) => role === 'user').map(({ content }) => content);
    const turn = lastNamed(users.at(-1) ?? '') ?? lastNamed(users.join(' ')) ?? { call: 0, turn: 0 };
    const run = this.runOf();
    const id = ++this.#count;
    const nth = this.#nthOf(turn);
    const kept = run.keepsHistory ? { users } : {};
    const line = this.journal.write('reply', { id, ...turn, nth, lastUser: users.at(-1) ?? '', ...kept });
    line.atMs = atMs;
    const text = replyTo(users.at(-1) ?? '', nameOf(turn.call, turn.turn));
    this.#stream(response, line, text, atMs + firstTokenMs(run, turn, nth));
    return undefined;
  }

  #nthOf({ call, turn }) {
    const key = call * 64 + turn;
    const nth = (this.#perTurn.get(key) ?? 0) + 1;
    this.#perTurn.set(key, nth);
    return nth;
  }

  #stream(response, line, text, firstAtMs) {
    const tokens = tokensOf(text);
    const clauseAt = firstClauseTokens(text) - 1;
    const chunk = (delta, finish = null) =>
      `data: ${JSON.stringify({ id: `chatcmpl-${line.id}`, object: 'chat.completion.chunk', created: 1, model: 'rig', choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })}\n\n`;
    let at = 0;
    let timer;
    const next = () => {
      // Tokens that are due already go together: a late timer must not slow the reply down.
      while (at < tokens.length && firstAtMs + (at * 1000) / ideal.tokensPerSecond <= nowMs() + 0.5) {
        if (at === 0) this.#open(response, chunk);
        response.write(chunk({ content: tokens[at] }));
        if (at === clauseAt) line.clauseMs = nowMs();
        at += 1;
      }
      if (at < tokens.length) {
        timer = setTimeout(next, firstAtMs + (at * 1000) / ideal.tokensPerSecond - nowMs());
        return;
      }
      line.doneMs = nowMs();
      response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
    };
    response.on('close', () => {
      clearTimeout(timer);
      if (line.doneMs === undefined) line.cancelledMs = nowMs();
    });
    timer = setTimeout(next, firstAtMs - nowMs());
  }

  #open(response, chunk) {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(chunk({ role: 'assistant', content: '' }));
  }
}
