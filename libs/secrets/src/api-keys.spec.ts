import { isUuid } from '@parley/kernel';
import { hashApiKey, isSameKeyHash, newApiKey, parseApiKey } from './api-keys';

describe('API keys', () => {
  it('have the documented form and lead to their id', () => {
    for (let count = 0; count < 200; count++) {
      const { key, id, hash } = newApiKey();
      expect(key).toMatch(/^parley_[0-9A-Za-z]{22}_[0-9A-Za-z]{43}$/);
      expect(isUuid(id)).toBe(true);
      expect(parseApiKey(key)).toEqual({ id });
      expect(isSameKeyHash(hashApiKey(key), hash)).toBe(true);
    }
  });

  it('differ', () => {
    const keys = Array.from({ length: 500 }, () => newApiKey());
    expect(new Set(keys.map(({ key }) => key.slice(-43))).size).toBe(500);
    expect(new Set(keys.map(({ id }) => id)).size).toBe(500);
  });

  it('are stored as SHA-256, which does not hold them', () => {
    expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('match only their own hash', () => {
    const { key, hash } = newApiKey();
    expect(isSameKeyHash(newApiKey().hash, hash)).toBe(false);
    expect(isSameKeyHash(hashApiKey(`${key}x`), hash)).toBe(false);
    expect(isSameKeyHash(hash, '')).toBe(false);
  });

  it.each([
    '',
    'parley_',
    'sk-123',
    `parley_${'a'.repeat(22)}_short`,
    `parley_${'z'.repeat(22)}_${'a'.repeat(43)}`,
  ])('are not read from %p', (text) => expect(parseApiKey(text)).toBeUndefined());
});
