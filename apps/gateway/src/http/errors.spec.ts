import { AppError } from '@parley/kernel';
import { toHttpError } from './errors';

describe('an error as an answer', () => {
  it('does not send a long name of the client’s own back whole', () => {
    const path = ['body', 'metadata', 'k'.repeat(100_000), 7];
    const error = new AppError('invalid', 'REQUEST.INVALID', 'x', {
      issues: [{ path, message: 'is too long', type: 'too_big' }],
    });
    const { status, body } = toHttpError(error, { body: {} });
    expect(status).toBe(422);
    expect(body.detail).toEqual([
      {
        loc: ['body', 'metadata', `${'k'.repeat(200)}…`, 7],
        msg: 'is too long',
        type: 'too_big',
        input: null,
      },
    ]);
  });

  it('says nothing of what went wrong inside', () => {
    const error = new AppError('internal', 'X.Y', 'password=hunter2');
    expect(toHttpError(error, {})).toEqual({
      status: 500,
      body: { detail: 'An unexpected error occurred.' },
    });
  });
});
