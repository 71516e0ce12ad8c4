import { reasonOf } from '../elevenlabs/elevenlabs-errors';
import { refusalError, retryAfterMs } from './speech-errors';

describe('refusalError', () => {
  it.each([
    [401, '{"detail":{"status":"invalid_api_key","message":"no"}}', 'UNAUTHENTICATED', 'invalid_api_key'],
    [402, '', 'QUOTA_EXHAUSTED', undefined],
    [429, '{"detail":{"status":"system_busy","message":"no"}}', 'RATE_LIMITED', 'system_busy'],
    [422, '{"detail":[{"loc":["body","text"],"msg":"m","type":"t"}]}', 'REJECTED', 'wrong: body.text'],
    [400, '{"detail":"quota"}', 'REJECTED', 'quota'],
    [404, '', 'REJECTED', undefined],
    [408, '', 'UNAVAILABLE', undefined],
    [302, '', 'UNAVAILABLE', undefined],
    [500, '<html>', 'UNAVAILABLE', undefined],
    [503, '{"detail":5}', 'UNAVAILABLE', undefined],
  ])('%d %s', (status, text, code, reason) => {
    const error = refusalError('ElevenLabs', { status, reason: reasonOf(text) });
    expect(error.code).toBe(`SYNTHESIZER.${code}`);
    expect(error.details).toEqual({ status, ...(reason && { reason }) });
  });

  it('repeats neither the message nor a long reason', () => {
    const reason = reasonOf(JSON.stringify({ detail: 'x'.repeat(10_000) }));
    const error = refusalError('ElevenLabs', { status: 400, reason });
    expect(JSON.stringify(error.toWire()).length).toBeLessThan(500);
  });
});

test.each([
  ['2', 2000],
  ['0.5', 500],
  [['3', '4'], 3000],
  [undefined, undefined],
  ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ['-1', undefined],
  ['99999999999', undefined],
])('Retry-After %j is %j ms', (header, wanted) => {
  expect(retryAfterMs(header)).toBe(wanted);
});
