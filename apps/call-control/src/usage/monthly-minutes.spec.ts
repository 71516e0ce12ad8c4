import { FakeClock } from '@parley/kernel';
import type { AskClient } from '@parley/messaging';
import type { DataSource } from 'typeorm';
import { MonthlyMinutes } from './monthly-minutes';

it('a changed plan holds within ten seconds, and is not asked for at every call', async () => {
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  let minutes: number | null = null;
  const ask = jest.fn(() =>
    Promise.resolve({ plan_type: 'plan_free', monthly_usage_limit_minutes: minutes }),
  );
  const query = (_sql: string, given: unknown[]) =>
    Promise.resolve(given[1] === '2026-01-01' ? [{ connected_ms: '60000', calls: 1 }] : []);
  const month = new MonthlyMinutes({
    asks: { ask } as unknown as AskClient,
    clock,
    database: { manager: { query } } as unknown as DataSource,
  });
  await month.requireSome('ada');
  minutes = 1;
  clock.advance(9_999);
  await month.requireSome('ada');
  expect(ask).toHaveBeenCalledTimes(1);
  clock.advance(1);
  await expect(month.requireSome('ada')).rejects.toMatchObject({ code: 'USAGE.LIMIT_REACHED' });
  minutes = 2;
  await expect(month.requireSome('ben')).resolves.toBeUndefined();
  clock.advance(31 * 24 * 3_600_000);
  minutes = 1;
  await expect(month.requireSome('ada')).resolves.toBeUndefined();
});
