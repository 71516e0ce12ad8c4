import { HealthChecks, HealthServer } from './health';

describe('HealthServer', () => {
  const checks = new HealthChecks(30);
  const server = new HealthServer({ host: '127.0.0.1', port: 0, checks });
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return { status: response.status, body: await response.json() };
  };
  beforeAll(() => server.start());
  afterAll(() => server.close());

  it('is alive and ready without checks', async () => {
    expect((await get('/healthz')).status).toBe(200);
    expect(await get('/readyz')).toEqual({ status: 200, body: { status: 'ready', failing: [] } });
    expect((await get('/else')).status).toBe(404);
  });

  it('names the checks that fail or hang, and stays alive', async () => {
    checks.add('good', () => Promise.resolve());
    checks.add('failing', () => Promise.reject(new Error('down')));
    checks.add('hanging', () => new Promise(() => undefined));
    expect(await get('/readyz')).toEqual({
      status: 503,
      body: { status: 'not ready', failing: ['failing', 'hanging'] },
    });
    expect((await get('/healthz')).status).toBe(200);
  });

  it('is not ready while it drains', async () => {
    checks.add('failing', () => undefined);
    checks.add('hanging', () => undefined);
    expect((await get('/readyz')).status).toBe(200);
    checks.drain();
    expect(await get('/readyz')).toMatchObject({ status: 503, body: { failing: ['draining'] } });
  });

  it('says so when the port is taken', async () => {
    const second = new HealthServer({ host: '127.0.0.1', port: server.port, checks });
    await expect(second.start()).rejects.toMatchObject({ code: 'SERVICE.LISTEN_FAILED' });
  });
});
