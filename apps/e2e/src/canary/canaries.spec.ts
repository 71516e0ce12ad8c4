import { Canaries } from './canaries';

describe('canaries', () => {
  const canaries = new Canaries();
  const secret = canaries.text('a key');
  const hmacKey = canaries.hmacKey('a signature');

  it.each([
    ['in clear', secret],
    ['in a URL', `https://x/?key=${encodeURIComponent(hmacKey)}`],
    ['as the server shows bytes', `\\x${Buffer.from(`{"k":"${secret}"}`).toString('hex')}`],
    ['in base64, wherever it starts', Buffer.from(`{"k":"${secret}"}`).toString('base64')],
    ['in base64, wherever it starts', Buffer.from(`{"kk":"${secret}"}`).toString('base64')],
    ['in base64, wherever it starts', Buffer.from(`{"kkk":"${secret}"}`).toString('base64url')],
  ])('are found %s', (_, text) => {
    expect(canaries.foundIn(`before ${text} after`)).not.toEqual([]);
  });

  it('are not found where they are not', () => {
    expect(canaries.foundIn(`canary-${'0'.repeat(36)} ${secret.slice(0, -4)}`)).toEqual([]);
    expect(canaries.size).toBe(2);
  });
});
