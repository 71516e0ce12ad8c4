import { SecretBox } from '@parley/secrets';
import { isMask, mask, SecretDisplay } from './secret-display';

const secrets = SecretBox.fromKeys(`k1:${Buffer.alloc(32, 7).toString('base64')}`);
const binding = { userId: 'user', resource: 'voices', id: 'id', field: 'api_key' };
const secret = 'xi-0123456789abcdef';

describe('SecretDisplay', () => {
  const sealed = secrets.seal(secret, binding);

  it('masks, unless the deployment reveals', () => {
    expect(new SecretDisplay(secrets, false).show(sealed, binding)).toBe('************cdef');
    expect(new SecretDisplay(secrets, true).show(sealed, binding)).toBe(secret);
  });

  it('shows what its owner has to have', () => {
    expect(new SecretDisplay(secrets, false).showInClear(sealed, binding)).toBe(secret);
  });

  it('masks what no longer opens, whatever the deployment says', () => {
    const lost = { ...binding, id: 'other' };
    expect(new SecretDisplay(secrets, true).show(sealed, lost)).toBe('************');
  });
});

describe('a mask', () => {
  it('keeps the end of long secrets only', () => {
    expect(mask('123456789012345')).toBe('************');
    expect(mask('1234567890123456')).toBe('************3456');
  });

  it.each([
    ['************', true],
    ['************cdef', true],
    ['************cde', false],
    ['***********', false],
    [secret, false],
    ['', false],
  ])('is told from a secret: %p %p', (text, expected) => expect(isMask(text)).toBe(expected));

  it('is always known again', () => {
    for (const text of ['', 'short', secret, '🙂'.repeat(9), 'line\nline\nline\nl'])
      expect(isMask(mask(text))).toBe(true);
  });
});
