import { createCipheriv } from 'node:crypto';
import { AppError } from '@parley/kernel';
import fc from 'fast-check';
import { isSealed, SecretBox } from './secret-box';
import type { SecretBinding } from './secret-box';

const keyOf = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const box = SecretBox.fromKeys(`k1:${keyOf(1)}`);
const binding: SecretBinding = { userId: 'u1', resource: 'webhooks', id: 'w1', field: 'secret' };

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return AppError.from(error).code;
  }
}

describe('SecretBox', () => {
  it('opens what it sealed, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (plain) => {
        const sealed = box.seal(plain, binding);
        expect(isSealed(sealed)).toBe(true);
        expect(box.open(sealed, binding)).toBe(plain);
      }),
    );
  });

  it('has the documented form: an independent AES-256-GCM of it is the same text', () => {
    const sealed = box.seal('hello', binding);
    const [version, kid, nonce, body] = sealed.split(':');
    expect([version, kid]).toEqual(['v1', 'k1']);
    const cipher = createCipheriv('aes-256-gcm', Buffer.alloc(32, 1), Buffer.from(nonce!, 'base64url'));
    cipher.setAAD(Buffer.from('["u1","webhooks","w1","secret"]'));
    const expected = Buffer.concat([cipher.update('hello'), cipher.final(), cipher.getAuthTag()]);
    expect(body).toBe(expected.toString('base64url'));
  });

  it('never seals alike twice', () => {
    const sealed = new Set(Array.from({ length: 200 }, () => box.seal('x', binding)));
    expect(sealed.size).toBe(200);
  });

  it.each(['userId', 'resource', 'id', 'field'] as const)('does not open with another %s', (part) => {
    const sealed = box.seal('x', binding);
    expect(codeOf(() => box.open(sealed, { ...binding, [part]: 'other' }))).toBe('SECRETS.CANNOT_OPEN');
  });

  it('opens for the same ids in another case, as a client may write them', () => {
    const sealed = box.seal('x', { ...binding, userId: 'U1', id: 'W1' });
    expect(box.open(sealed, binding)).toBe('x');
  });

  it('keeps the parts of a binding apart', () => {
    const sealed = box.seal('x', { ...binding, userId: 'a"', resource: ',b' });
    expect(codeOf(() => box.open(sealed, { ...binding, userId: 'a', resource: '",b' }))).toBe(
      'SECRETS.CANNOT_OPEN',
    );
  });

  it('notices a change of any byte', () => {
    const sealed = box.seal('secret text', binding);
    const [version, kid, nonce, body] = sealed.split(':') as [string, string, string, string];
    const bytes = Buffer.from(body, 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      const text = [version, kid, nonce, changed.toString('base64url')].join(':');
      expect(codeOf(() => box.open(text, binding))).toBe('SECRETS.CANNOT_OPEN');
    }
    const truncated = [version, kid, nonce, bytes.subarray(0, 20).toString('base64url')].join(':');
    expect(codeOf(() => box.open(truncated, binding))).toBe('SECRETS.CANNOT_OPEN');
  });

  it.each([
    '',
    'plain',
    'v2:k1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAA',
    'v1:k1:short:AAAAAAAAAAAAAAAAAAAAAA',
  ])('does not take %p for a sealed text', (text) => {
    expect(isSealed(text)).toBe(false);
    expect(codeOf(() => box.open(text, binding))).toBe('SECRETS.NOT_SEALED');
  });

  it('rotates: the new key seals, the old one still opens, reseal moves over', () => {
    const old = box.seal('x', binding);
    const rotated = SecretBox.fromKeys(`k2:${keyOf(2)},k1:${keyOf(1)}`);
    expect(rotated.open(old, binding)).toBe('x');
    expect(rotated.needsReseal(old)).toBe(true);
    const renewed = rotated.reseal(old, binding);
    expect(rotated.needsReseal(renewed)).toBe(false);
    expect(SecretBox.fromKeys(`k2:${keyOf(2)}`).open(renewed, binding)).toBe('x');
    expect(codeOf(() => box.open(renewed, binding))).toBe('SECRETS.UNKNOWN_KEY');
  });

  it('shows null where a text does not open, whatever the reason', () => {
    expect(box.openIfPossible(box.seal('x', binding), binding)).toBe('x');
    expect(box.openIfPossible(box.seal('x', binding), { ...binding, id: 'w2' })).toBeNull();
    expect(box.openIfPossible('plain', binding)).toBeNull();
    const gone = SecretBox.fromKeys(`k0:${keyOf(3)}`).seal('x', binding);
    expect(box.openIfPossible(gone, binding)).toBeNull();
  });

  it.each(['', 'k1', `k1:${keyOf(1)},k1:${keyOf(2)}`, 'k1:c2hvcnQ=', `:${keyOf(1)}`])(
    'refuses the key list %p',
    (list) => expect(codeOf(() => SecretBox.fromKeys(list))).toBe('SECRETS.BAD_KEYS'),
  );
});
