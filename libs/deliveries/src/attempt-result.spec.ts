import { outcomeOf, parseRetryAfter } from './attempt-result';

describe('outcomeOf', () => {
  it.each([
    [200, 'succeeded'],
    [204, 'succeeded'],
    [299, 'succeeded'],
    [199, 'failed'],
    [300, 'failed'],
    [301, 'failed'],
    [308, 'failed'],
    [400, 'failed'],
    [404, 'failed'],
    [410, 'gone'],
    [429, 'throttled'],
    [500, 'failed'],
    [502, 'throttled'],
    [503, 'failed'],
    [504, 'throttled'],
  ] as const)('an answer %d has %s', (status, outcome) => {
    expect(outcomeOf({ kind: 'answered', status })).toBe(outcome);
  });

  it('a time-out throttles, a broken connection fails', () => {
    expect(outcomeOf({ kind: 'timed_out' })).toBe('throttled');
    expect(outcomeOf({ kind: 'failed', code: 'HTTP.CONNECT' })).toBe('failed');
  });
});

describe('parseRetryAfter', () => {
  const nowMs = Date.parse('2026-11-20T10:00:00Z');
  it.each([
    ['120', 120_000],
    [' 7 ', 7_000],
    ['Fri, 20 Nov 2026 10:00:30 GMT', 30_000],
    ['Fri, 20 Nov 2026 09:00:00 GMT', 0],
    ['999999999', 86_400_000],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%p is %p ms', (header, expected) => expect(parseRetryAfter(header, nowMs)).toBe(expected));
});
