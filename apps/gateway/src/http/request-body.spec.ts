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

  it('says nothing of what the text holds', () => {
    expect(() => parseBody('application/json', '{"api_key": canary}')).toThrow(/^The body is not JSON[^y]*$/);
  });

  it('takes 64 levels, and brackets within strings for none', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(() => parseBody('application/json', nested(64))).not.toThrow();
    expect(() => parseBody('application/json', nested(65))).toThrow('64 levels');
    const text = `"${'['.repeat(100)}\\"${'{'.repeat(100)}"`;
    expect(parseBody('application/json', text)).toBe(JSON.parse(text));
  });
});
