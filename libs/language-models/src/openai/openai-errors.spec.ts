import { AppError } from '@parley/kernel';
import { APIConnectionError, APIError } from 'openai';
import { translateError } from './openai-errors';

const body = { message: 'Incorrect API key provided: sk-abc', type: 't', code: 'c', param: null };

describe('translateError', () => {
  it.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'UNAUTHENTICATED'],
    [429, 'RATE_LIMITED'],
    [400, 'REJECTED'],
    [404, 'REJECTED'],
    [408, 'UNAVAILABLE'],
    [500, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
  ])('status %d', (status, code) => {
    const error = translateError(APIError.generate(status, { error: body }, undefined, new Headers()), false);
    expect(error.code).toBe(`MODEL.${code}`);
    expect(error.details).toEqual({ status, vendorCode: 'c', vendorType: 't' });
    expect(JSON.stringify([error.toWire(), error.cause])).not.toContain('sk-abc');
  });

  it('tells an error within the stream by its code', () => {
    const limited = new APIError(undefined, { ...body, code: 'rate_limit_exceeded' }, undefined, undefined);
    expect(translateError(limited, true).code).toBe('MODEL.RATE_LIMITED');
    expect(translateError(new APIError(undefined, body, undefined, undefined), true).code).toBe(
      'MODEL.UNAVAILABLE',
    );
  });

  it('tells a cut reply from a connection that never answered', () => {
    const cut = new TypeError('terminated');
    expect(translateError(cut, true).code).toBe('MODEL.INCOMPLETE');
    expect(translateError(new SyntaxError('Unexpected token'), true).code).toBe('MODEL.INCOMPLETE');
    expect(translateError(new APIConnectionError({ cause: cut }), false).code).toBe('MODEL.UNAVAILABLE');
  });

  it.each([
    ['by its place', { param: 'tools[1].function.parameters' }, 'cancel'],
    ['by its place in the message', { message: "Invalid 'tools[0].function.name'." }, 'book'],
    ['by its name', { message: "Invalid schema for function 'cancel': type must be object." }, 'cancel'],
    ['not at all', { message: 'cancel that, please' }, undefined],
  ])('tells the tool that a refusal names %s', (_, said, tool) => {
    const tools = ['book', 'cancel'].map((name) => ({ name, description: '', parameters: {} }));
    const refusal = APIError.generate(400, { error: { ...body, ...said } }, undefined, new Headers());
    expect(translateError(refusal, false, tools).details?.['tool']).toBe(tool);
  });

  it('leaves what is translated as it is', () => {
    const error = new AppError('timeout', 'MODEL.STALLED', 'x');
    expect(translateError(error, true)).toBe(error);
  });
});
