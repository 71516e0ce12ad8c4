import { closeReason, readMessage } from './context-messages';

const read = (message: unknown) => readMessage(JSON.stringify(message));
const nothing = { contextId: null, mulaw: null, alignment: null, isFinal: false, error: null };

test.each(['charsDurationsMs', 'charDurationsMs'])('reads audio and alignment, with %s', (durations) => {
  const alignment = { chars: ['H', 'i'], charStartTimesMs: [0, 50], [durations]: [50, 40] };
  expect(read({ contextId: 'c1', audio: 'AQID', alignment, normalizedAlignment: null, later: 1 })).toEqual({
    ...nothing,
    contextId: 'c1',
    mulaw: Buffer.from([1, 2, 3]),
    alignment: { chars: ['H', 'i'], startsMs: [0, 50], durationsMs: [50, 40] },
  });
});

test.each([
  [
    { isFinal: true, contextId: 'c1', audio: null },
    { contextId: 'c1', isFinal: true },
  ],
  [
    { is_final: true, context_id: 'c1' },
    { contextId: 'c1', isFinal: true },
  ],
  [{ audio: '' }, {}],
  [{ audio: 'AQ==', alignment: { chars: 5 } }, { mulaw: Buffer.from([1]) }],
  [{ message: 'You said Hi.', error: 'odd', code: 1008 }, { error: 'odd' }],
])('reads %j', (message, wanted) => {
  expect(read(message)).toEqual({ ...nothing, ...wanted });
});

test.each(['', '<html>', '5', 'null', '[]', '{"audio":5}'])('%s is no message', (text) => {
  expect(readMessage(text)).toBeUndefined();
});

test.each([
  ['voice_not_found', 'voice_not_found'],
  ['{"message":"You said Hi.","error":"quota_exceeded"}', 'quota_exceeded'],
  ['The text "Hi." is too long.', undefined],
  ['', undefined],
])('the reason %j of a close is %j', (reason, wanted) => {
  expect(closeReason(reason)).toBe(wanted);
});
