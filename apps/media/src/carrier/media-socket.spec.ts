import { EventEmitter } from 'node:events';
import { FakeClock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import type { WebSocket } from 'ws';
import { MediaSocket } from './media-socket';

const logger = createLogger({ service: 'spec', level: 'silent' });
const start = JSON.stringify({
  event: 'start',
  start: {
    streamSid: 'MZ1',
    callSid: 'CA1',
    mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
  },
  streamSid: 'MZ1',
});

/** A socket without a wire. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  readonly calls: string[] = [];

  send(frame: string): void {
    this.sent.push(frame);
  }

  ping(): void {
    this.calls.push('ping');
  }

  close(code: number, reason: string): void {
    this.calls.push(`close ${code} ${reason}`);
  }

  terminate(): void {
    this.calls.push('terminate');
    this.readyState = 3;
    this.emit('close');
  }

  receive(text: string): void {
    this.emit('message', Buffer.from(text), false);
  }
}

function listening() {
  const clock = new FakeClock(1_000);
  const wire = new FakeSocket();
  const heard: string[] = [];
  const socket = new MediaSocket(wire as unknown as WebSocket, clock, logger);
  socket.start({
    onStart: ({ streamSid, callSid }) => heard.push(`start ${streamSid} ${callSid}`),
    onAudio: (mulaw) => heard.push(`audio ${mulaw.length}`),
    onMark: (name) => heard.push(`mark ${name}`),
    onKey: (key) => heard.push(`key ${key}`),
    onClosed: (reason) => heard.push(`closed: ${reason}`),
  });
  return { clock, wire, heard, socket };
}

test('a socket that does not start within 5 s is closed, and ended if it does not close', () => {
  const { clock, wire, heard } = listening();
  clock.advance(4_990);
  expect(wire.calls).toEqual([]);
  clock.advance(10);
  expect(wire.calls).toEqual(['close 1008 no start in time']);
  clock.advance(2_000);
  expect(wire.calls.at(-1)).toBe('terminate');
  expect(heard).toEqual(['closed: no start in time']);
});

test('a started socket on which nothing comes any more is closed after a minute', () => {
  const { clock, wire } = listening();
  wire.receive(start);
  clock.advance(30_000);
  expect(wire.calls).toEqual(['ping']);
  clock.advance(30_000);
  expect(wire.calls.at(-1)).toBe('close 1008 nothing received');
});

test('one that answers pings stays', () => {
  const { clock, wire } = listening();
  wire.receive(start);
  for (let round = 0; round < 10; round += 1) {
    clock.advance(30_000);
    wire.emit('pong');
  }
  expect(wire.calls.every((call) => call === 'ping')).toBe(true);
});

test('frames go out exactly as the protocol has them', () => {
  const { wire, socket } = listening();
  socket.media(new Uint8Array(2));
  expect(wire.sent).toEqual([]);
  wire.receive(start);
  socket.media(new Uint8Array([255, 255]));
  socket.mark('m"1');
  socket.clear();
  expect(wire.sent).toEqual([
    '{"event":"media","streamSid":"MZ1","media":{"payload":"//8="}}',
    '{"event":"mark","streamSid":"MZ1","mark":{"name":"m\\"1"}}',
    '{"event":"clear","streamSid":"MZ1"}',
  ]);
});

test('a second start closes it, and nothing is heard after that', () => {
  const { wire, heard } = listening();
  wire.receive(start);
  wire.receive(start);
  expect(wire.calls).toEqual(['close 1008 second start']);
  wire.receive('{"event":"mark","streamSid":"MZ1","mark":{"name":"m1"}}');
  expect(heard).toEqual(['start MZ1 CA1']);
});

test('a reason is cut to what a close frame holds', () => {
  const { wire, socket } = listening();
  socket.close(1000, '…'.repeat(100));
  expect(wire.calls).toEqual([`close 1000 ${'…'.repeat(41)}`]);
});

test('a carrier that takes no audio is dropped', () => {
  const { wire, heard, socket } = listening();
  wire.receive(start);
  wire.bufferedAmount = 2 * 1024 * 1024;
  socket.media(new Uint8Array(160));
  expect(wire.calls).toEqual(['terminate']);
  expect(heard.at(-1)).toBe('closed: carrier takes no audio');
});

test('an error of the wire ends nothing but itself', () => {
  const { wire, heard, clock } = listening();
  wire.emit('error', new Error('reset'));
  wire.emit('close');
  wire.emit('close');
  expect(heard).toEqual(['closed: socket closed']);
  clock.advance(120_000);
  expect(wire.calls).toEqual([]);
});
