import { AppError, FakeClock } from '@parley/kernel';
import { AccountTokens } from './account-tokens';

const account = { userId: 'u1', connectionId: 'c1' };
const clock = new FakeClock();
const open = (sealed: string, binding: object) => `${sealed} of ${JSON.stringify(binding)}`;
const opened = (sealed: string) =>
  open(sealed, { userId: 'u1', resource: 'account_connections', id: 'c1', field: 'twilio_auth_token' });

function tokens(ask: () => Promise<string>) {
  const asked: unknown[] = [];
  const made = new AccountTokens({
    ask: (named) => {
      asked.push(named);
      return ask();
    },
    secrets: { open },
    clock,
  });
  return { asked, isSigned: (token: string) => made.isSigned(account, (own) => own === opened(token)) };
}

describe('the tokens of users’ own accounts', () => {
  it('are opened as the connection’s, and asked for once in half a minute', async () => {
    const { asked, isSigned } = tokens(() => Promise.resolve('a'));
    expect(await Promise.all([isSigned('a'), isSigned('a')])).toEqual([true, true]);
    clock.advance(29_000);
    expect(await isSigned('a')).toBe(true);
    expect(asked).toEqual([account]);
    clock.advance(1_000);
    await isSigned('a');
    expect(asked).toHaveLength(2);
  });

  it('that were changed count at once, and wrong signatures do not make every one of them a question', async () => {
    let present = 'a';
    const { asked, isSigned } = tokens(() => Promise.resolve(present));
    expect(await isSigned('a')).toBe(true);
    present = 'b';
    clock.advance(1_000);
    expect(await isSigned('b')).toBe(true);
    expect(await isSigned('a')).toBe(false);
    expect(asked).toHaveLength(2);
  });

  it.each(['not_found', 'invalid'] as const)('fit nothing when there is none (%s)', async (kind) => {
    const { isSigned } = tokens(() => Promise.reject(new AppError(kind, 'X', 'x')));
    expect(await isSigned('a')).toBe(false);
  });

  it('are asked for once in a second where there is none, and count within a second once there is one', async () => {
    let present: string | null = null;
    const { asked, isSigned } = tokens(() =>
      present === null ? Promise.reject(new AppError('not_found', 'X', 'x')) : Promise.resolve(present),
    );
    expect([await isSigned('a'), await isSigned('a')]).toEqual([false, false]);
    expect(asked).toHaveLength(1);
    present = 'a';
    clock.advance(999);
    expect(await isSigned('a')).toBe(false);
    clock.advance(1);
    expect(await isSigned('a')).toBe(true);
    expect(asked).toHaveLength(2);
  });

  it('are not taken for wrong while nobody can be asked', async () => {
    const { isSigned } = tokens(() => Promise.reject(new AppError('unavailable', 'X', 'x')));
    await expect(isSigned('a')).rejects.toMatchObject({ code: 'X' });
  });

  it('are not asked for without bound', async () => {
    const never = new AccountTokens({ ask: () => new Promise(() => undefined), secrets: { open }, clock });
    const ask = (id: number) => never.isSigned({ userId: 'u', connectionId: String(id) }, () => true);
    for (let id = 0; id < 100; id += 1) void ask(id);
    await expect(ask(100)).rejects.toMatchObject({ code: 'CARRIER.TOO_MANY_CHECKS', kind: 'unavailable' });
  });

  it('that were found before are asked for however many strangers are', async () => {
    const isKnown = (named: { userId: string }) => named.userId === 'u1';
    const ask = (named: { userId: string }) =>
      isKnown(named) ? Promise.resolve('a') : new Promise<string>(() => undefined);
    const crowded = new AccountTokens({ ask, secrets: { open }, clock });
    expect(await crowded.isSigned(account, () => true)).toBe(true);
    for (let id = 0; id < 100; id += 1) {
      void crowded.isSigned({ userId: 'u', connectionId: String(id) }, () => true);
    }
    clock.advance(29_999);
    expect(await crowded.isSigned(account, () => true)).toBe(true);
    clock.advance(1);
    expect(await crowded.isSigned(account, () => true)).toBe(true);
  });
});
