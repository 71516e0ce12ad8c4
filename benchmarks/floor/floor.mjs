/**
 * The floor: the least that a phone agent can be. End of turn → chat → first clause → speech → frames, with no features
 * at all: no checks, no history beyond the words, no retries, no deadlines, no records, no pacing. What it needs of time
 * and CPU is what the vendors and the protocols need; everything is printed beside it.
 */
import { createServer } from 'node:http';
import { TextDecoderStream } from 'node:stream/web';
import { WebSocket, WebSocketServer } from 'ws';

const { PORT, TRANSCRIBER_URL, MODEL_URL, VOICE_URL, GREETING_PREFIX = '' } = process.env;
/** Where Parley cuts too: the first clause at its first mark, then by sentences. */
const cuts = { first: /^.*?[,.!?;:]/s, later: /^.*?[.!?]/s };

class Call {
  messages = [{ role: 'system', content: 'You work for an airline. Be brief.' }];
  words = '';
  abort = new AbortController();

  constructor(carrier) {
    this.carrier = carrier;
    this.ear = new WebSocket(TRANSCRIBER_URL, {
      headers: { authorization: 'Token floor' },
      perMessageDeflate: false,
    });
    this.early = [];
    this.ear.on('open', () => this.early.splice(0).forEach((audio) => this.ear.send(audio)));
    this.ear.on('message', (data) => this.heard(JSON.parse(data)));
    this.ear.on('error', () => carrier.close());
    carrier.on('message', (data) => this.frame(JSON.parse(data)));
    carrier.on('close', () => this.close());
    carrier.on('error', () => this.close());
  }

  frame(frame) {
    if (frame.event === 'media') {
      const audio = Buffer.from(frame.media.payload, 'base64');
      if (this.ear.readyState === WebSocket.OPEN) this.ear.send(audio);
      else this.early.push(audio);
    } else if (frame.event === 'start') {
      this.streamSid = frame.streamSid;
      void this.say(
        Promise.resolve(),
        `${GREETING_PREFIX}Hello, this is Parley Air, how may I help you?`,
        this.abort.signal,
      );
    }
  }

  heard(message) {
    if (message.type === 'SpeechStarted' || message.event === 'StartOfTurn') this.interrupt();
    if (message.event === 'EndOfTurn') void this.reply(message.transcript);
    if (message.type !== 'Results' || !message.is_final) return;
    this.words = `${this.words} ${message.channel.alternatives[0].transcript}`.trim();
    if (message.speech_final && this.words) void this.reply(this.words);
  }

  interrupt() {
    this.abort.abort();
    this.abort = new AbortController();
    this.send({ event: 'clear' });
  }

  async reply(words) {
    this.words = '';
    this.messages.push({ role: 'user', content: words });
    const { signal } = this.abort;
    let [pending, whole, spoken] = ['', '', Promise.resolve()];
    let cut = cuts.first;
    for await (const token of tokensOf(this.messages, signal)) {
      whole += token;
      pending += token;
      const clause = cut.exec(pending)?.[0];
      if (!clause) continue;
      pending = pending.slice(clause.length);
      cut = cuts.later;
      spoken = this.say(spoken, clause.trim(), signal);
    }
    this.messages.push({ role: 'assistant', content: whole });
  }

  /** Asks for the speech at once; it is sent when what comes before it was sent. */
  async say(before, text, signal) {
    const asked = speechOf(text, signal);
    asked.catch(() => undefined);
    await before;
    try {
      for await (const piece of await asked) {
        if (signal.aborted) return;
        this.send({ event: 'media', media: { payload: Buffer.from(piece).toString('base64') } });
      }
      this.send({ event: 'mark', mark: { name: text.slice(0, 20) } });
    } catch (error) {
      if (!signal.aborted) console.error('speech failed', error.message);
    }
  }

  send(frame) {
    this.carrier.send(JSON.stringify({ event: frame.event, streamSid: this.streamSid, ...frame }));
  }

  close() {
    this.abort.abort();
    this.ear.terminate();
  }
}

async function speechOf(text, signal) {
  const body = JSON.stringify({ text, model_id: 'eleven_flash_v2_5' });
  const answer = await fetch(VOICE_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal,
  });
  return answer.body;
}

async function* tokensOf(messages, signal) {
  const body = JSON.stringify({ model: 'floor', stream: true, messages });
  try {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(MODEL_URL, { method: 'POST', headers, body, signal });
    let text = '';
    for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
      const lines = (text + piece).split('\n\n');
      text = lines.pop();
      for (const line of lines.filter((each) => each !== 'data: [DONE]')) {
        const token = JSON.parse(line.slice(6)).choices[0]?.delta.content;
        if (token) yield token;
      }
    }
  } catch (error) {
    if (!signal.aborted) console.error('reply failed', error.message);
  }
}

const server = createServer((_, response) => response.end('ready'));
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (carrier) => new Call(carrier));
server.listen(Number(PORT), '127.0.0.1', 4_096);
