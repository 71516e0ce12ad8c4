import { AppError } from './app-error';

describe('AppError', () => {
  it.each([
    ['rate_limited', true],
    ['unavailable', true],
    ['timeout', true],
    ['invalid', false],
    ['internal', false],
  ] as const)('of kind %s: retryable %s', (kind, retryable) => {
    expect(new AppError(kind, 'X', 'x').retryable).toBe(retryable);
  });

  it('survives a trip over the wire, without its cause', () => {
    const issues = [{ path: ['body', 'to_number'], message: 'is required', type: 'missing' }];
    const error = new AppError('invalid', 'A.B', 'text', {
      cause: new Error('secret'),
      details: { id: 1 },
      issues,
    });
    const back = AppError.fromWire(JSON.parse(JSON.stringify(error.toWire())));
    expect(back.toWire()).toEqual(error.toWire());
    expect(JSON.stringify(error.toWire())).not.toContain('secret');
  });

  it('is recognised by its marker, not its class', () => {
    expect(AppError.is(new AppError('internal', 'X', 'x'))).toBe(true);
    expect(AppError.is(new Error('x'))).toBe(false);
    expect(AppError.is(null)).toBe(false);
  });

  it('wraps what is unknown as internal', () => {
    const cause = new Error('boom');
    const error = AppError.from(cause);
    expect([error.kind, error.cause]).toEqual(['internal', cause]);
    expect(AppError.from(error)).toBe(error);
  });
});
