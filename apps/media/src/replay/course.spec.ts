import { firstDifference } from '@parley/conversation';
import type { Trace } from '@parley/conversation';
import { SimulatedCall } from '@parley/conversation/testing';
import { courseOf, describeDifference, summaryOf } from './course';

function recorded(): Trace {
  const call = new SimulatedCall({ initialMessage: 'Hello, this is Ada.' }).start().runUntilQuiet();
  const busy = { code: 'MODEL.UNAUTHENTICATED', message: 'The key is wrong.', retryable: false };
  call.willReply({ fault: busy }).says('a table please').run(20_000);
  return { settings: call.settings, entries: call.entries };
}

test('a call in a few words, with what went wrong', () => {
  const trace = recorded();
  expect(summaryOf(trace)).toMatch(/^\d+(\.\d+)? s, \d+ events, \d+ effects, MODEL\.UNAUTHENTICATED$/);
});

test('the course of a call has what was heard and what came of it, and none of the noise', () => {
  const lines = courseOf(recorded());
  expect(lines[0]).toMatch(
    /^ +0\.000 {2}started +open_transcriber; request_speech \d+ “Hello, this is Ada\.”/,
  );
  expect(lines.join('\n')).toContain('final “a table please”');
  expect(lines.at(-1)).toContain('finish');
  expect(lines.every((line) => !/^ +[\d.]+ {2}tick$/.test(line))).toBe(true);
});

test('where a call goes another way, both ways are shown', () => {
  const trace = recorded();
  const other = { ...trace, settings: { ...trace.settings, initialMessage: 'Good day.' } };
  const difference = firstDifference(other);
  const text = describeDifference(other, difference!);
  expect(text).toMatch(/^ {2}at 0\.000 s, event 1: started\n/);
  expect(text).toContain('then: {"type":"request_speech"');
  expect(text).toMatch(/now: {2}\{"type":"request_speech".*Good day\./);
});
