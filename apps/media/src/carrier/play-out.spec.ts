import { FakeClock } from '@parley/kernel';
import { Pacer } from './pacer';
import { PlayOut } from './play-out';

function playing() {
  const clock = new FakeClock(50_000);
  const pacer = new Pacer(clock);
  const sent: (string | number)[] = [];
  const sentMs = () => sent.reduce<number>((sum, entry) => sum + (typeof entry === 'number' ? entry : 0), 0);
  const playOut = new PlayOut(clock, pacer, {
    media: (mulaw) => sent.push(mulaw.length / 8),
    mark: (name) => sent.push(name),
    clear: () => sent.push('clear'),
  });
  const startedMs = clock.monotonicMs();
  return { clock, pacer, playOut, sent, sentMs, elapsedMs: () => clock.monotonicMs() - startedMs };
}

const audio = (ms: number) => new Uint8Array(ms * 8);

test('the first audio goes out at once, but never more than 300 ms ahead', () => {
  const { playOut, sent } = playing();
  playOut.queue(audio(1_000));
  expect(sent).toEqual([300]);
});

test('the rest follows as it is heard: between 180 and 300 ms ahead, in whole frames', () => {
  const { playOut, clock, sent, sentMs, elapsedMs } = playing();
  playOut.queue(audio(3_010));
  for (let tick = 0; tick < 130; tick += 1) {
    clock.advance(20);
    const aheadMs = sentMs() - elapsedMs();
    expect(aheadMs).toBeLessThanOrEqual(300);
    expect(aheadMs).toBeGreaterThanOrEqual(180);
  }
  clock.advance(1_000);
  expect(sentMs()).toBe(3_000);
  expect(sent.every((entry) => Number(entry) % 20 === 0)).toBe(true);
  playOut.mark('end', true);
  expect(sent.slice(-2)).toEqual([20, 'end']);
  expect(playOut.lateFrames).toBe(0);
});

test('a mark goes behind the audio before it and in front of the next', () => {
  const { playOut, clock, sent } = playing();
  playOut.queue(audio(100));
  playOut.mark('a', true);
  playOut.queue(audio(600));
  playOut.mark('b', true);
  clock.advance(2_000);
  expect(sent.indexOf('a')).toBeLessThan(sent.indexOf('b'));
  expect(sent.at(-1)).toBe('b');
  expect(sent.filter((entry) => typeof entry === 'number').reduce((a, b) => a + b, 0)).toBe(700);
});

test('a mark with nothing before it goes at once', () => {
  const { playOut, sent } = playing();
  playOut.mark('a', true);
  expect(sent).toEqual(['a']);
});

test('pieces of any length become whole frames without a gap', () => {
  const { playOut, clock, sentMs } = playing();
  for (let piece = 0; piece < 10; piece += 1) playOut.queue(new Uint8Array(77));
  clock.advance(500);
  expect(sentMs()).toBe(80);
  playOut.mark('end', true);
  expect(sentMs()).toBe(100);
});

test('clear drops what waits, marks included, and what comes next goes out at once', () => {
  const { playOut, clock, sent } = playing();
  playOut.queue(audio(2_000));
  playOut.mark('never', true);
  clock.advance(100);
  sent.length = 0;
  playOut.clear();
  clock.advance(3_000);
  expect(sent).toEqual(['clear']);
  playOut.queue(audio(200));
  expect(sent).toEqual(['clear', 200]);
});

test('it is told when an utterance begins, not when it is queued', () => {
  const { playOut, clock } = playing();
  const began: number[] = [];
  playOut.queue(audio(500), () => began.push(1));
  playOut.queue(audio(500), () => began.push(2));
  expect(began).toEqual([1]);
  clock.advance(400);
  expect(began).toEqual([1, 2]);
});

test('frames are late when we held them, not when there were none', () => {
  const { playOut, clock, pacer } = playing();
  playOut.queue(audio(100));
  clock.advance(5_000);
  playOut.queue(audio(1_000));
  expect(playOut.lateFrames).toBe(0);
  // The process stood still: no tick came.
  pacer.close();
  clock.advance(400);
  playOut.pump(clock.monotonicMs());
  expect(playOut.lateFrames).toBe(5);
});

test('one timer serves all, and there is none when nothing is to be sent', () => {
  const clock = new FakeClock();
  let timers = 0;
  const after = clock.after.bind(clock);
  clock.after = (delayMs, run) => {
    timers += 1;
    return after(delayMs, run);
  };
  const pacer = new Pacer(clock);
  const pumped: number[] = [];
  const paced = (id: number) => ({ pump: () => (pumped.push(id), pumped.length < 6) });
  pacer.add(paced(1));
  pacer.add(paced(2));
  expect(timers).toBe(1);
  clock.advance(1_000);
  expect(pumped.slice(0, 4)).toEqual([1, 2, 1, 2]);
  expect(timers).toBeLessThan(6);
});
