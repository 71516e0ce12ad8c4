import fc from 'fast-check';
import { SimulatedCall } from '../testing';

const sentence = 'We have a table by the window at eight, and another one in the garden at nine.';

function speaking(settings = {}): SimulatedCall {
  return new SimulatedCall({ interruptSensitivity: 'high', initialMessage: sentence, ...settings }).start();
}

const sound = { type: 'speech_started', atMs: 0 } as const;

test('the onset of speech stops the agent in the same step', () => {
  const call = speaking().runUntilHeard('window');
  const atMs = call.nowMs;
  call.hear(sound);
  expect(call.timeOf('clear_audio')).toBe(atMs);
  expect(call.carrier.isPlaying(call.nowMs)).toBe(false);
});

test('without words the agent goes on at the word that was cut, and is on record once and whole', () => {
  const call = speaking().runUntilHeard('window').hear(sound);
  const stoppedMs = call.nowMs;
  call.run(999);
  expect(call.carrier.isPlaying(call.nowMs)).toBe(false);
  call.run(2);
  expect(call.carrier.isPlaying(call.nowMs)).toBe(true);
  call.runUntilQuiet();
  expect(call.transcript).toEqual([`BOT: ${sentence}`]);
  const [before, ...rest] = call.carrier.courses.filter(({ toMs }) => toMs > 0);
  expect(rest.length).toBeGreaterThan(0);
  const again = (before?.toMs ?? 0) - (rest[0]?.fromMs ?? 0);
  expect(again).toBeGreaterThanOrEqual(0);
  expect(again).toBeLessThan(900);
  expect(call.effectsOf('clear_audio')).toHaveLength(1);
  expect(call.timeOf('send_audio', stoppedMs + 1)).toBe(stoppedMs + 1_000);
});

test('words make it an interruption, cut where the agent stopped', () => {
  const call = speaking().willReply('Of course.').runUntilHeard('window').hear(sound);
  const heard = call.carrier.heardText(call.nowMs);
  call.run(400).hear({ type: 'interim', text: 'the garden' });
  call.run(200).hear({ type: 'final', text: 'The garden please.', endOfTurn: true, endMs: 0 });
  call.runUntilQuiet();
  expect(call.transcript).toEqual([`BOT: ${heard}-`, 'HUMAN: The garden please.', 'BOT: Of course.']);
  expect(call.effectsOf('clear_audio')).toHaveLength(1);
});

test('a sound of thinking alone does not take the turn: the agent goes on at its end', () => {
  const call = speaking().runUntilHeard('window').hear(sound).run(300).hear({ type: 'interim', text: 'um' });
  call.run(100).hear({ type: 'final', text: 'Um.', endOfTurn: true, endMs: 0 });
  expect(call.carrier.isPlaying(call.nowMs + 1)).toBe(true);
  call.runUntilQuiet();
  expect(call.transcript).toEqual(['HUMAN: Um.', `BOT: ${sentence}`]);
});

test('what the model still writes is said behind the sentence that goes on', () => {
  const call = speaking({ initialMessage: null });
  call.willReply({
    say: 'One moment please. I found two tables for you. Which one would you like?',
    tokenMs: 150,
  });
  call.says('a table').runUntilHeard('One').hear(sound).run(3_000).runUntilQuiet();
  expect(call.transcript.at(-1)).toBe(
    'BOT: One moment please. I found two tables for you. Which one would you like?',
  );
  expect(call.carrier.heardText(call.nowMs)).toContain('I found two tables for you. Which one');
});

test('an agent that does not listen so closely hears no cough', () => {
  const call = speaking({ interruptSensitivity: 'low' }).runUntilHeard('window').hear(sound).runUntilQuiet();
  expect(call.effectsOf('clear_audio')).toEqual([]);
  expect(call.transcript).toEqual([`BOT: ${sentence}`]);
});

test('last words go on over any sound', () => {
  const call = speaking({ initialMessage: null, maxDurationMs: 1_000 }).run(1_500);
  const before = call.effectsOf('clear_audio').length;
  call.hear(sound).hear({ type: 'interim', text: 'stop' }).run(10_000);
  expect(call.effectsOf('clear_audio')).toHaveLength(before);
  expect(call.finished?.reason).toBe('max_duration');
});

test('a fault while the agent waits ends in an apology, with what was heard on record', () => {
  const call = speaking().runUntilHeard('window').hear(sound);
  const heard = call.carrier.heardText(call.nowMs);
  const fault = { code: 'TRANSCRIBER.UNAUTHENTICATED', message: 'No.', retryable: false };
  call.hear({ type: 'transcriber_failed', fault }).run(20_000);
  expect(call.transcript[0]).toBe(`BOT: ${heard}-`);
  expect(call.transcript[1]).toContain('technical difficulties');
});

test('however often it is stopped, nothing of a sentence is lost and no stretch comes before its turn', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 20, max: 1_800 }), { maxLength: 12 }), (waits) => {
      const call = speaking();
      for (const wait of waits) call.run(wait).hear(sound);
      call.run(60_000);
      expect(call.transcript).toEqual([`BOT: ${sentence}`]);
      const { courses } = call.carrier;
      let reachedMs = 0;
      for (const { fromMs, toMs } of courses) {
        expect(fromMs).toBeLessThanOrEqual(reachedMs + 1);
        reachedMs = Math.max(reachedMs, toMs);
      }
      expect(Math.abs(reachedMs - sentence.length * 60)).toBeLessThan(5);
    }),
    { numRuns: 100 },
  );
});
