import { AppError, FakeClock } from '@parley/kernel';
import { newApiKey } from '@parley/secrets';
import { Authenticator } from './authenticator';

type Owner = Awaited<ReturnType<ConstructorParameters<typeof Authenticator>[0]['ask']>>;

const key = newApiKey();
const bearer = `Bearer ${key.key}`;
const userId = '018f0000-0000-7000-8000-000000000000';
const owner = (over: Partial<Owner> = {}): Owner => ({
  key_id: key.id,
  user_id: userId,
  name: 'k',
  scopes: ['read'],
  profile: 'seed',
  limits: { requests_per_minute: 70 },
  expires_at: null,
  ...over,
});
const refusal = () => new AppError('unauthenticated', 'KEY.REFUSED', 'no');

function authenticator(answer: (asked: number) => Owner | Promise<Owner>) {
  const clock = new FakeClock(1_000_000);
  const asked: { key_id: string; key_hash: string }[] = [];
  const subject = new Authenticator({
    clock,
    ask: async (given) => {
      asked.push(given);
      return answer(asked.length);
    },
  });
  const codeOf = (authorization: string | undefined) =>
    subject.authenticate(authorization).then(
      () => 'passes',
      (error: unknown) => AppError.from(error).code,
    );
  return { clock, asked, subject, codeOf };
}

describe('Authenticator', () => {
  it('hands on the id and the hash alone, and says who is asking', async () => {
    const { subject, asked } = authenticator(() => owner());
    expect(await subject.authenticate(bearer)).toMatchObject({
      caller: { userId, keyId: key.id, scopes: ['read'], profile: 'seed' },
      requestsPerMinute: 70,
    });
    expect(asked).toEqual([{ key_id: key.id, key_hash: key.hash }]);
  });

  it('remembers an answer for five seconds', async () => {
    const { subject, asked, clock } = authenticator(() => owner());
    for (const [advanceMs, times] of [
      [0, 1],
      [4_999, 1],
      [1, 2],
    ] as const) {
      clock.advance(advanceMs);
      await subject.authenticate(bearer);
      expect(asked).toHaveLength(times);
    }
  });

  it('remembers none past the end of its key', async () => {
    const { codeOf, clock } = authenticator((asked) => {
      if (asked > 1) throw refusal();
      return owner({ expires_at: 1_000_100 });
    });
    expect(await codeOf(bearer)).toBe('passes');
    clock.advance(99);
    expect(await codeOf(bearer)).toBe('passes');
    clock.advance(1);
    expect(await codeOf(bearer)).toBe('KEY.REFUSED');
  });

  it('remembers a refusal for a second', async () => {
    const { codeOf, asked, clock } = authenticator((count) => {
      if (count === 1) throw refusal();
      return owner();
    });
    expect([await codeOf(bearer), await codeOf(bearer), asked.length]).toEqual([
      'KEY.REFUSED',
      'KEY.REFUSED',
      1,
    ]);
    clock.advance(1_000);
    expect(await codeOf(bearer)).toBe('passes');
  });

  it('does not take an outage for a refusal, nor remember it', async () => {
    const { codeOf } = authenticator((count) => {
      if (count === 1) throw new AppError('unavailable', 'ASK.NO_RESPONDER', 'nobody');
      return owner();
    });
    expect([await codeOf(bearer), await codeOf(bearer)]).toEqual(['ASK.NO_RESPONDER', 'passes']);
  });

  it('asks once for requests that come together, and never for what is no key', async () => {
    const { codeOf, asked } = authenticator(() => owner());
    expect(await Promise.all([codeOf(bearer), codeOf(bearer), codeOf(bearer)])).toEqual(
      Array(3).fill('passes'),
    );
    for (const text of [undefined, '', 'Bearer', 'Bearer x', key.key, `${bearer} x`, `Basic ${key.key}`]) {
      expect(await codeOf(text)).toBe('KEY.REFUSED');
    }
    expect(asked).toHaveLength(1);
  });

  it('does not take a wrong key for the right one of its id', async () => {
    const { codeOf } = authenticator((count) => {
      if (count > 1) throw refusal();
      return owner();
    });
    const wrong = bearer.slice(0, -1) + (bearer.endsWith('A') ? 'B' : 'A');
    expect([await codeOf(bearer), await codeOf(wrong), await codeOf(bearer)]).toEqual([
      'passes',
      'KEY.REFUSED',
      'passes',
    ]);
  });

  it('forgets answers when keys change, also one that was under way then', async () => {
    let release: (answer: Owner) => void = () => undefined;
    const { subject, codeOf } = authenticator((count) => {
      if (count === 1) return new Promise((resolve) => (release = resolve));
      throw refusal();
    });
    const before = codeOf(bearer);
    subject.forgetAll();
    const after = codeOf(bearer);
    release(owner());
    expect([await before, await after, await codeOf(bearer)]).toEqual([
      'passes',
      'KEY.REFUSED',
      'KEY.REFUSED',
    ]);
    subject.forgetAll();
    expect(await codeOf(bearer)).toBe('KEY.REFUSED');
  });
});
