import { newId } from '@parley/kernel';
import { eventually } from '@parley/testing';
import { Tenant, Tenants } from '../api/tenants';
import { RunningSystem } from '../running-system';

describe('an Idempotency-Key', () => {
  let system: RunningSystem;
  let tenants: Tenants;
  let user: Tenant;
  let call: object;

  beforeAll(async () => {
    system = RunningSystem.attach();
    tenants = new Tenants(system);
    await system.control('POST', '/faults', { carrier: { answer: { value: 'busy' } } });
    user = await tenants.user('idempotent');
    const { number } = await user.client.make('/v1/numbers/buy', {});
    const agent = { prompt: 'x', voice: { type: 'voice_azure', voice_name: 'x' } };
    call = { from_number: number, to_number: '14155552671', agent };
    await system.forget();
  });

  afterAll(async () => {
    await system.control('POST', '/faults', {});
    await tenants.close();
  });

  const dials = async () => {
    const { carrier } = await system.journals();
    return carrier.filter(({ method, path }) => method === 'POST' && String(path).endsWith('/Calls.json'));
  };

  it('of 50 calls at once makes one call and one dial', async () => {
    const key = { 'idempotency-key': newId() };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => user.client.post('/v1/calls/create', call, key)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const ids = new Set(answers.map(({ json }) => (json as { id: string }).id));
    expect(ids.size).toBe(1);
    await eventually(async () => expect((await dials()).length).toBeGreaterThan(0));
    const [id] = ids;
    await eventually(async () => {
      const { json } = await user.client.get(`/v1/calls?id=${id}`);
      expect(['ended', 'error']).toContain((json as { status: string }).status);
    });
    expect(await dials()).toHaveLength(1);
    const again = await user.client.post('/v1/calls/create', call, key);
    expect([again.status, (again.json as { id: string }).id]).toEqual([200, id]);
    expect(await dials()).toHaveLength(1);

    const other = await user.client.post('/v1/calls/create', { ...call, hipaa_compliant: true }, key);
    expect(other.status).toBe(409);
  });
});
