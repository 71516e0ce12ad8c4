import { answerError } from './elevenlabs-errors';

describe('answerError', () => {
  it.each([
    [401, '{"detail":{"status":"invalid_api_key","message":"no"}}', 'UNAUTHENTICATED', 'invalid_api_key'],
    [429, '{"detail":{"status":"system_busy","message":"no"}}', 'RATE_LIMITED', 'system_busy'],
    [422, '{"detail":[{"loc":["body","text"],"msg":"m","type":"t"}]}', 'REJECTED', 'wrong: body.text'],
    [400, '{"detail":"quota"}', 'REJECTED', 'quota'],
    [404, '', 'REJECTED', undefined],
    [408, '', 'UNAVAILABLE', undefined],
    [500, '<html>', 'UNAVAILABLE', undefined],
    [503, '{"detail":5}', 'UNAVAILABLE', undefined],
  ])('%d %s', (status, text, code, reason) => {
    const error = answerError(status, text);
    expect(error.code).toBe(`SYNTHESIZER.${code}`);
    expect(error.details).toEqual({ status, ...(reason && { reason }) });
  });

  it('repeats neither the message nor a long reason', () => {
    const error = answerError(400, JSON.stringify({ detail: 'x'.repeat(10_000) }));
    expect(JSON.stringify(error.toWire()).length).toBeLessThan(500);
  });
});
