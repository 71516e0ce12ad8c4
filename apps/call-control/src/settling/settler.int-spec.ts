import { newId } from '@parley/kernel';
import { eventually } from '@parley/testing';
import { CallControlHarness } from '../testing/call-control.harness';

const harness = new CallControlHarness();

beforeAll(() => harness.prepare());
afterAll(() => harness.close());

it('forgets, at the start already, all that is too old to be asked for, however much it is', async () => {
  const { database, userId } = harness;
  await database.query(
    `INSERT INTO commands (user_id, command_id, name, result, created_at)
     SELECT $1, n::text, 'call.v1.place', '{}', now() - interval '24 hours 1 minute' FROM generate_series(1, 6000) n`,
    [userId],
  );
  await database.query(
    `INSERT INTO commands (user_id, command_id, name, result, created_at)
     VALUES ($1, 'kept', 'call.v1.place', '{}', now() - interval '23 hours')`,
    [userId],
  );
  const callback = `INSERT INTO carrier_callbacks (user_id, id, call_id, kind, digest, params, received_at)
     SELECT $1, gen_random_uuid(), $2, 'status', n::text, '{}', now() - $4::interval FROM generate_series(1, $3::int) n`;
  await database.query(callback, [userId, newId(), 6_000, '31 days']);
  const kept = newId();
  await database.query(callback, [userId, kept, 1, '29 days']);
  const nonce = `INSERT INTO media_nonces (nonce, user_id, call_id, leg_id, expires_at)
     VALUES ($1, $2, $3, $3, now() + $4::interval)`;
  await database.query(nonce, ['old', userId, kept, '-1 hour']);
  await database.query(nonce, ['new', userId, kept, '1 hour']);

  await harness.serve();
  await eventually(async () =>
    expect(await database.query('SELECT nonce FROM media_nonces')).toEqual([{ nonce: 'new' }]),
  );
  expect(await database.query('SELECT command_id FROM commands')).toEqual([{ command_id: 'kept' }]);
  expect(await database.query('SELECT call_id FROM carrier_callbacks')).toEqual([{ call_id: kept }]);
});
