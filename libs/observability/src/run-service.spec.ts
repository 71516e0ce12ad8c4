import { createLogger } from './logger';
import { runService } from './run-service';
import type { ServiceContext, ServiceHost } from './run-service';
import { commonSettings } from './settings';

function fakeHost(env: Record<string, string> = { NATS_URL: 'nats://127.0.0.1:4222' }) {
  const lines: Record<string, unknown>[] = [];
  const handlers = new Map<string, (reason: unknown) => void>();
  const errors: string[] = [];
  let exited: (code: number) => void;
  const exitCode = new Promise<number>((resolve) => (exited = resolve));
  const host: ServiceHost = {
    env,
    on: (event, run) => void handlers.set(event, run),
    exit: (code) => exited(code),
    writeError: (text) => void errors.push(text),
    createLogger: (options) =>
      createLogger({ ...options, destination: { write: (line) => void lines.push(JSON.parse(line)) } }),
  };
  return {
    host,
    lines,
    errors,
    exitCode,
    emit: (event: string, reason?: unknown) => handlers.get(event)?.(reason),
  };
}

function run(host: ServiceHost, start: (context: ServiceContext<unknown>) => Promise<{ port: number }>) {
  return runService({ name: 'test', settings: commonSettings, host, start, drainTimeoutMs: 20 });
}

describe('runService', () => {
  it('says ready with its port, and closes in reverse order on SIGTERM', async () => {
    const closed: string[] = [];
    const { host, lines, emit, exitCode } = fakeHost();
    await run(host, (context) => {
      context.onClose('database', () => closed.push('database'));
      context.onClose('server', async () => {
        await Promise.resolve();
        closed.push('server');
      });
      return Promise.resolve({ port: 4711 });
    });
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'ready', port: 4711, service: 'test' }));
    emit('SIGTERM');
    expect(await exitCode).toBe(0);
    expect(closed).toEqual(['server', 'database']);
  });

  it('names wrong settings and exits 1 without starting', async () => {
    const { host, errors, exitCode } = fakeHost({});
    const start = jest.fn();
    await run(host, start);
    expect(await exitCode).toBe(1);
    expect(errors.join()).toContain('NATS_URL is missing');
    expect(start).not.toHaveBeenCalled();
  });

  it('closes what had started when the start fails, and exits 1', async () => {
    const { host, lines, exitCode } = fakeHost();
    const close = jest.fn();
    await run(host, (context) => {
      context.onClose('first', close);
      return Promise.reject(new Error('no database'));
    });
    expect(await exitCode).toBe(1);
    expect(close).toHaveBeenCalledTimes(1);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'fatal', msg: 'start failed' }));
    expect(lines).not.toContainEqual(expect.objectContaining({ msg: 'ready' }));
  });

  it('goes on closing when one close fails, and exits 1', async () => {
    const { host, emit, exitCode } = fakeHost();
    const close = jest.fn();
    await run(host, (context) => {
      context.onClose('first', close);
      context.onClose('second', () => Promise.reject(new Error('stuck')));
      return Promise.resolve({ port: 1 });
    });
    emit('SIGINT');
    expect(await exitCode).toBe(1);
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('exits 1 when closing outlasts the deadline', async () => {
    const { host, emit, exitCode } = fakeHost();
    await run(host, (context) => {
      context.onClose('hanging', () => new Promise(() => undefined));
      return Promise.resolve({ port: 1 });
    });
    emit('SIGTERM');
    expect(await exitCode).toBe(1);
  });

  it.each(['unhandledRejection', 'uncaughtException'])('logs an %s and exits 1', async (event) => {
    const { host, lines, emit, exitCode } = fakeHost();
    await run(host, () => Promise.resolve({ port: 1 }));
    emit(event, new Error('forgotten'));
    expect(await exitCode).toBe(1);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'fatal', event }));
  });
});
