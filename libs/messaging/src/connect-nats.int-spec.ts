import { eventually, RecordingLogger, testNats } from '@parley/testing';
import { closeNats, connectNats } from './index';

describe('connectNats', () => {
  it('logs in with the user and password of the URL', async () => {
    const server = await testNats({ user: 'parley', password: 'p@ss/word' });
    const url = new URL(server.url);
    expect(decodeURIComponent(url.password)).toBe('p@ss/word');
    const nats = await connectNats({ url: server.url, name: 'spec', logger: new RecordingLogger() });
    await nats.flush();
    await closeNats(nats);
    expect(nats.isClosed()).toBe(true);

    url.password = 'wrong';
    await expect(
      connectNats({
        url: url.toString(),
        name: 'spec',
        logger: new RecordingLogger(),
        connectTimeoutMs: 100,
      }),
    ).rejects.toMatchObject({ code: 'NATS.UNREACHABLE' });
    await server.close();
  });

  it('gives up on a first connection that does not come, without telling the password', async () => {
    const server = await testNats();
    await server.kill();
    const url = server.url.replace('nats://', 'nats://user:secret@');
    const error: unknown = await connectNats({
      url,
      name: 'spec',
      logger: new RecordingLogger(),
      connectTimeoutMs: 100,
    }).catch((e: unknown) => e);
    expect(error).toMatchObject({ kind: 'unavailable', code: 'NATS.UNREACHABLE' });
    expect(JSON.stringify(error)).not.toContain('secret');
    await server.close();
  });

  it('comes back after its server did, and closes in time when there is none', async () => {
    const server = await testNats();
    const logger = new RecordingLogger();
    const nats = await connectNats({ url: server.url, name: 'spec', logger, reconnectDelayMs: 20 });
    await server.kill();
    await eventually(() => expect(logger.messages('warn')).toContain('lost NATS'));
    await server.start();
    await eventually(() => expect(logger.messages('info')).toContain('NATS is back'));
    await nats.flush();
    await server.kill();
    await closeNats(nats, 50);
    expect(nats.isClosed()).toBe(true);
    await server.close();
  });
});
