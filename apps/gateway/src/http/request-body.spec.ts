import { AppError } from '@parley/kernel';
import { parseBody } from './request-body';

describe('parseBody', () => {
  it.each([
    ['application/json', '{"a":1}', { a: 1 }],
    ['', '{"a":1}', { a: 1 }],
    ['text/plain', '[1]', [1]],
    ['application/x-www-form-urlencoded', '{"a":1}', { a: 1 }],
    ['application/x-www-form-urlencoded', 'A=1&B=%2B1&A=2', { A: '2', B: '+1' }],
    ['application/x-www-form-urlencoded; charset=utf-8', 'From=anonymous', { From: 'anonymous' }],
    ['application/x-www-form-urlencoded', '', undefined],
    ['Application/X-WWW-Form-URLencoded', 'From=anonymous', { From: 'anonymous' }],
    ['application/json', '\ufeff{"a":1}', { a: 1 }],
    ['application/json', '   ', undefined],
    ['application/json', 'null', undefined],
    ['application/json', '"text"', 'text'],
  ])('of %p %p is %p', (type, text, expected) => expect(parseBody(type, text)).toEqual(expected));

  it('says that a body is not JSON, and where', () => {
    const error = (() => {
      try {
        return parseBody('application/json', '{"a":');
      } catch (thrown) {
        return AppError.from(thrown);
      }
    })() as AppError;
    expect(error).toMatchObject({ kind: 'invalid', issues: [{ path: ['body'], type: 'json_invalid' }] });
  });
});
