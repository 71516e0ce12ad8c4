import { FakeTranscriber } from '@parley/conversation/testing';
import { AppError, CircuitBreaker, FakeClock, FallbackChain } from '@parley/kernel';
import { TranscriptionRecord } from '../testing/transcription-record';
import { FallbackTranscriber } from './fallback-transcriber';

const frame = new Uint8Array(160);
const lost = () => new AppError('unavailable', 'TRANSCRIBER.UNAVAILABLE', 'Lost.');
const options = {
  language: 'en',
  keywords: {},
  endpointingMs: 300,
  sensitivity: 'auto',
  tellsEagerEnds: true,
} as const;

function given(count = 2) {
  const clock = new FakeClock();
  const transcribers = Array.from({ length: count }, () => new FakeTranscriber());
  const links = transcribers.map((provider, index) => ({
    name: `t${index}`,
    provider,
    breaker: new CircuitBreaker(clock),
  }));
  const switches: string[] = [];
  const chain = new FallbackChain(links, ({ from, to }) => switches.push(`${from} ${to}`));
  const record = new TranscriptionRecord();
  const session = new FallbackTranscriber(chain, clock).open(options, record);
  const speak = (ms: number) => {
    for (let sent = 0; sent < ms; sent += 20) session.send(frame);
  };
  const nth = (index: number) => transcribers[index] as FakeTranscriber;
  return { clock, record, session, speak, nth, switches };
}

test('the next one hears the audio whose words are not settled, and places words in the whole', () => {
  const { record, speak, nth, switches } = given();
  speak(3_000);
  nth(0).session.listener.onEvent({ type: 'final', text: 'hello', endOfTurn: true, endMs: 1_000 });
  speak(500);
  nth(0).session.listener.onFailure(lost());
  expect(nth(1).session.receivedBytes).toBe(2_500 * 8);
  speak(20);
  expect(nth(1).session.receivedBytes).toBe(2_520 * 8);
  nth(1).session.listener.onEvent({ type: 'final', text: 'there', endOfTurn: true, endMs: 800 });
  expect(record.finals.map(({ endMs }) => endMs)).toEqual([1_000, 1_800]);
  expect([record.failures, switches]).toEqual([[], ['t0 t1']]);
});

test('no more than 4 s of audio are kept for it', () => {
  const { speak, nth } = given();
  speak(10_000);
  nth(0).session.listener.onFailure(lost());
  expect(nth(1).session.receivedBytes).toBe(4_000 * 8);
});

test('one that is lost says nothing more, and is closed', async () => {
  const { record, session, nth } = given();
  const first = nth(0).session;
  first.listener.onFailure(lost());
  first.hears('late words');
  expect(record.events).toEqual([]);
  await session.close();
  expect([first.isClosed, nth(1).session.isClosed]).toEqual([true, true]);
});

test('when nobody is left, the last one hears the same audio once more; then the failure is told', () => {
  const { record, speak, nth } = given();
  speak(500);
  nth(0).session.listener.onFailure(lost());
  nth(1).session.listener.onFailure(lost());
  expect([nth(1).sessions.length, nth(1).session.receivedBytes]).toEqual([2, 500 * 8]);
  expect(record.failures).toEqual([]);
  nth(1).session.listener.onFailure(lost());
  expect(record.failures).toEqual([
    expect.objectContaining({ code: 'TRANSCRIBER.UNAVAILABLE', retryable: false }),
  ]);
});

test('one that had fallen silent within a turn must settle it soon when it is tried again', () => {
  const { record, nth, clock } = given(1);
  const stalled = new AppError('timeout', 'TRANSCRIBER.STALLED', 'Silent.');
  nth(0).session.listener.onEvent({ type: 'interim', text: 'who' });
  nth(0).session.listener.onFailure(stalled);
  nth(0).session.listener.onEvent({ type: 'interim', text: 'who' });
  clock.advance(799);
  expect(record.failures).toEqual([]);
  clock.advance(1);
  expect(record.failures).toEqual([expect.objectContaining({ code: 'TRANSCRIBER.STALLED' })]);

  const other = given(1);
  other.nth(0).session.listener.onEvent({ type: 'interim', text: 'who' });
  other.nth(0).session.listener.onFailure(stalled);
  other.nth(0).session.hears('hello');
  other.clock.advance(10_000);
  expect(other.record.failures).toEqual([]);

  const noise = given(1);
  noise.nth(0).session.listener.onFailure(stalled);
  noise.clock.advance(10_000);
  expect(noise.record.failures).toEqual([]);
});

test('words whose turn only looks over are still to be settled', () => {
  const { record, nth, clock } = given(1);
  nth(0).session.listener.onEvent({ type: 'interim', text: 'who' });
  nth(0).session.listener.onEvent({ type: 'eager_end_of_turn', text: 'who' });
  nth(0).session.listener.onFailure(new AppError('timeout', 'TRANSCRIBER.STALLED', 'Silent.'));
  clock.advance(800);
  expect(record.failures).toHaveLength(1);
});

test('once it is being closed, nothing fails and nobody takes over', async () => {
  const { record, session, nth, clock, switches } = given(1);
  nth(0).session.listener.onEvent({ type: 'interim', text: 'who' });
  nth(0).session.listener.onFailure(new AppError('timeout', 'TRANSCRIBER.STALLED', 'Silent.'));
  const closed = session.close();
  clock.advance(800);
  nth(0).session.listener.onFailure(lost());
  await closed;
  expect([record.failures, switches, nth(0).sessions.length]).toEqual([[], [], 2]);
});

describe('one that does not notice what sounds like words', () => {
  const mute = () => new AppError('timeout', 'TRANSCRIBER.MUTE', 'Mute.');

  test('is followed by the others, and when nobody has ever heard anything, the call has no ears', () => {
    const { record, nth, speak } = given();
    speak(1_000);
    nth(0).session.listener.onFailure(mute());
    expect(nth(1).session.receivedBytes).toBe(1_000 * 8);
    nth(1).session.listener.onFailure(mute());
    expect(record.failures).toEqual([]);
    nth(1).session.listener.onFailure(mute());
    expect(record.failures).toHaveLength(1);
  });

  test('and did hear before: a session of its own tries first, then the next one', () => {
    const { record, nth, speak, switches } = given();
    nth(0).session.hears('hello');
    speak(1_000);
    nth(0).session.listener.onFailure(mute());
    expect([nth(0).sessions.length, nth(0).session.receivedBytes, switches]).toEqual([2, 1_000 * 8, []]);
    nth(0).session.listener.onFailure(mute());
    expect(switches).toEqual(['t0 t1']);
    expect(record.failures).toEqual([]);
  });

  test('and did hear before, with nobody behind it: noise does not end a call', () => {
    const { record, nth, speak } = given(1);
    nth(0).session.hears('hello');
    for (let times = 0; times < 6; times += 1) {
      speak(1_000);
      nth(0).session.listener.onFailure(mute());
    }
    expect(record.failures).toEqual([]);
    // What two sessions did not notice is not heard a third time.
    expect(nth(0).sessions.map(({ receivedBytes }) => receivedBytes)).toEqual([
      8_000, 16_000, 8_000, 8_000, 8_000, 8_000, 0,
    ]);
  });
});

test('one that is tried again within a turn has time while the caller speaks on', () => {
  const { record, nth, clock, session } = given(1);
  const sound = new Uint8Array(160).fill(0x10);
  nth(0).session.listener.onEvent({ type: 'speech_started', atMs: 0 });
  nth(0).session.listener.onFailure(new AppError('timeout', 'TRANSCRIBER.STALLED', 'Silent.'));
  for (let ms = 0; ms < 2_000; ms += 20) {
    session.send(sound);
    clock.advance(20);
  }
  clock.advance(700);
  expect(record.failures).toEqual([]);
  clock.advance(100);
  expect(record.failures).toHaveLength(1);
});

test('a refused key is not tried again', () => {
  const { record, nth } = given(1);
  nth(0).session.listener.onFailure(new AppError('unauthenticated', 'TRANSCRIBER.UNAUTHENTICATED', 'No.'));
  expect([nth(0).sessions.length, record.failures.length]).toEqual([1, 1]);
});

test('after a minute of health the first may take over again', () => {
  const { clock, record, nth } = given();
  nth(0).session.listener.onFailure(lost());
  clock.advance(60_000);
  nth(1).session.listener.onFailure(lost());
  expect(nth(0).sessions).toHaveLength(2);
  expect(record.failures).toEqual([]);
});
