import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { nowMs } from '../clock.mjs';
import { encodeFrame, FrameReader, isClose, isPing, isText } from '../web-socket-frames.mjs';

const connectWithinMs = 10_000;

/** The carrier's end of one media socket. `onMedia(mulaw, atMs)`, `onMark(name)`, `onClear(atMs)`, `onClosed(why)`. */
export class MediaLine {
  #socket;
  #sequence = 0;
  #chunk = 0;
  #startMs = 0;
  #isOpen = false;

  constructor({ port, path, signature, streamSid, callSid }, listener) {
    Object.assign(this, { port, path, signature, streamSid, callSid, listener });
  }

  /** Resolves 101, or whatever status the upgrade was answered with; 0 when there was no answer. */
  open() {
    return new Promise((resolve) => {
      const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
      this.#socket = socket;
      const key = randomBytes(16).toString('base64');
      socket.setTimeout(connectWithinMs, () => socket.destroy());
      socket.once('connect', () => socket.write(this.#request(key)));
      socket.once('error', () => socket.destroy());
      socket.once('close', () => {
        resolve(0);
        this.#closed('socket closed');
      });
      socket.once('data', (data) => resolve(this.#upgraded(data)));
    });
  }

  /** `connected` and `start`. */
  start() {
    const { streamSid, callSid } = this;
    this.#send({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
    const start = {
      accountSid: 'AC0',
      streamSid,
      callSid,
      tracks: ['inbound'],
      mediaFormat,
      customParameters: {},
    };
    this.#sequence += 1;
    this.#send({ event: 'start', sequenceNumber: String(this.#sequence), start, streamSid });
    this.#startMs = nowMs();
    return this.#startMs;
  }

  /** One frame of the caller's voice, in base64. */
  media(payload, atMs) {
    if (!this.#isOpen) return;
    this.#sequence += 1;
    this.#chunk += 1;
    const text = `{"event":"media","sequenceNumber":"${this.#sequence}","media":{"track":"inbound","chunk":"${this.#chunk}","timestamp":"${Math.round(atMs - this.#startMs)}","payload":"${payload}"},"streamSid":"${this.streamSid}"}`;
    this.#socket.write(encodeFrame('text', text, true));
  }

  mark(name) {
    this.#sequence += 1;
    const { streamSid } = this;
    this.#send({ event: 'mark', sequenceNumber: String(this.#sequence), streamSid, mark: { name } });
  }

  /** The caller hangs up: `stop`, then the socket is closed. */
  hangUp() {
    if (!this.#isOpen) return;
    this.#sequence += 1;
    const { streamSid, callSid } = this;
    const stop = { accountSid: 'AC0', callSid };
    this.#send({ event: 'stop', sequenceNumber: String(this.#sequence), stop, streamSid });
    this.#isOpen = false;
    this.#socket.end(encodeFrame('close', Buffer.from([0x03, 0xe8]), true));
  }

  destroy() {
    this.#isOpen = false;
    this.#socket?.destroy();
  }

  #request(key) {
    const lines = [
      `GET ${this.path} HTTP/1.1`,
      `Host: 127.0.0.1:${this.port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
    ];
    lines.push(`Sec-WebSocket-Key: ${key}`, 'Sec-WebSocket-Version: 13', 'User-Agent: Twilio.TmeWs/1.0');
    lines.push(`X-Twilio-Signature: ${this.signature}`);
    return `${lines.join('\r\n')}\r\n\r\n`;
  }

  #upgraded(data) {
    const status = Number(data.toString('latin1', 9, 12));
    const end = data.indexOf('\r\n\r\n') + 4;
    if (status !== 101 || end < 4) {
      this.#socket.destroy();
      return status;
    }
    this.#isOpen = true;
    this.#socket.setTimeout(0);
    const reader = new FrameReader((opcode, payload) => this.#received(opcode, payload));
    this.#socket.on('data', (bytes) => reader.push(bytes));
    if (data.length > end) reader.push(data.subarray(end));
    return status;
  }

  #received(opcode, payload) {
    if (isText(opcode)) this.#obey(JSON.parse(payload.toString('utf8')));
    else if (isPing(opcode)) this.#socket.write(encodeFrame('pong', payload, true));
    else if (isClose(opcode)) this.#closed(`closed by the agent: ${payload.toString('utf8', 2)}`);
  }

  #obey(frame) {
    if (frame.event === 'media') this.listener.onMedia(Buffer.from(frame.media.payload, 'base64'), nowMs());
    else if (frame.event === 'mark') this.listener.onMark(frame.mark.name);
    else if (frame.event === 'clear') this.listener.onClear(nowMs());
  }

  #closed(why) {
    if (this.#isOpen) this.listener.onClosed(why);
    this.destroy();
  }

  #send(message) {
    if (this.#socket?.writable) this.#socket.write(encodeFrame('text', JSON.stringify(message), true));
  }
}

/** SIDs as the carrier makes them, the same for the same call. */
export const sidOf = (kind, call) => kind + createHash('md5').update(`${kind}${call}`).digest('hex');
