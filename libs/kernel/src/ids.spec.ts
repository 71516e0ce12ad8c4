import { idTimeMs, isUuid, newId } from './ids';

describe('newId', () => {
  it('is a UUID of version 7 and variant 10', () => {
    expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('keeps order and uniqueness within one millisecond, past its counter', () => {
    const ids = Array.from({ length: 10_000 }, () => newId(5_000_000_000_000));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(10_000);
  });

  it('does not go back when the clock does', () => {
    const later = newId(6_000_000_000_000);
    expect(newId(5_999_999_999_000) > later).toBe(true);
  });

  it('carries its time', () => {
    expect(idTimeMs(newId(7_000_000_000_000))).toBe(7_000_000_000_000);
  });
});

describe('isUuid', () => {
  it.each(['', 'x', '3c90c3cc-0d44-4b50-8888-8dd25736052', '3c90c3cc0d444b5088888dd25736052a'])(
    'refuses %p',
    (text) => {
      expect(isUuid(text)).toBe(false);
    },
  );

  it('takes any version', () => expect(isUuid('3C90c3cc-0d44-4b50-8888-8dd25736052a')).toBe(true));
});
