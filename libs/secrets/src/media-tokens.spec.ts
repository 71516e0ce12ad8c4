import { AppError } from '@parley/kernel';
import { MediaTokens } from './media-tokens';

const tokens = new MediaTokens(Buffer.alloc(32, 3).toString('base64'));
const grant = { callId: 'c1', legId: 'l1', nonce: 'n1', expiresAtMs: 60_000 };

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return AppError.from(error).code;
  }
}

describe('MediaTokens', () => {
  it('gives back what it granted, until its time is over', () => {
    const token = tokens.mint(grant);
    expect(token).toMatch(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}$/);
    expect(tokens.check(token, 59_999)).toEqual(grant);
    expect(codeOf(() => tokens.check(token, 60_000))).toBe('MEDIA_TOKEN.EXPIRED');
  });

  it('holds the four documented fields, the time in seconds', () => {
    const [body] = tokens.mint(grant).split('.');
    expect(JSON.parse(Buffer.from(body!, 'base64url').toString())).toEqual({
      c: 'c1',
      l: 'l1',
      n: 'n1',
      e: 60,
    });
  });

  it('names the account that the call goes through, where that is not the deployment’s', () => {
    const account = { userId: '0197a000-0000-7000-8000-000000000001', connectionId: 'c2' };
    const token = tokens.mint({ ...grant, account });
    expect(tokens.check(token, 0)).toEqual({ ...grant, account });
    expect(tokens.check(tokens.mint(grant), 0)).not.toHaveProperty('account');
  });

  it('refuses a token with any character changed', () => {
    const token = tokens.mint(grant);
    for (let index = 0; index < token.length; index++) {
      const other = token[index] === 'A' ? 'B' : 'A';
      const changed = token.slice(0, index) + other + token.slice(index + 1);
      expect(codeOf(() => tokens.check(changed, 0))).toBe('MEDIA_TOKEN.INVALID');
    }
  });

  it.each(['', '.', 'a.b', 'a', `${'a'.repeat(600)}.${'b'.repeat(43)}`, `é.${'b'.repeat(43)}`])(
    'refuses %p',
    (token) => expect(codeOf(() => tokens.check(token, 0))).toBe('MEDIA_TOKEN.INVALID'),
  );

  it('refuses a token of another key', () => {
    const other = new MediaTokens(Buffer.alloc(32, 4).toString('base64'));
    expect(codeOf(() => tokens.check(other.mint(grant), 0))).toBe('MEDIA_TOKEN.INVALID');
  });

  it('refuses a short key', () => {
    expect(codeOf(() => new MediaTokens('c2hvcnQ='))).toBe('SECRETS.BAD_KEYS');
  });
});
