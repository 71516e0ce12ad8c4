import { AppError } from '@parley/kernel';
import { createLogger } from './logger';
import type { LoggerOptions } from './logger';
import { nestLogger } from './nest-logger';

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = createLogger({ service: 'test', level: 'trace', destination, ...options });
  return { logger, lines };
}

describe('createLogger', () => {
  it('writes service, level word, ISO time, fields and message', () => {
    const { logger, lines } = capture();
    logger.info({ callId: 'c1' }, 'call placed');
    expect(lines[0]).toMatchObject({ service: 'test', level: 'info', callId: 'c1', msg: 'call placed' });
    const time = String(lines[0]!['time']);
    expect(new Date(time).toISOString()).toBe(time);
  });

  it('drops personal data unless asked to keep it', () => {
    const dropping = capture();
    dropping.logger.info({ pii: { number: '+15005550001' } }, 'dialled');
    expect(dropping.lines[0]).not.toHaveProperty('pii');
    const keeping = capture({ logPii: true });
    keeping.logger.info({ pii: { number: '+15005550001' } }, 'dialled');
    expect(keeping.lines[0]).toMatchObject({ pii: { number: '+15005550001' } });
  });

  it.each([
    'apiKey',
    'api_key',
    'authorization',
    'OPENAI_API_KEY',
    'TWILIO_AUTH_TOKEN',
    'password',
    'SECRETS_KEYS',
    'MEDIA_TOKEN_KEY',
    'DATABASE_URL',
    'token',
    'webhookSecret',
  ])('hides %s at any depth, in lines and in child bindings', (name) => {
    const { logger, lines } = capture();
    logger.child({ [name]: 'canary-1' }).info({ a: [{ [name]: 'canary-2' }], [name]: 'canary-3' }, 'x');
    expect(JSON.stringify(lines)).not.toContain('canary');
    expect(JSON.stringify(lines)).toContain('[secret]');
  });

  it.each(['tokensPerSecond', 'maxTokens', 'max_tokens', 'keyId', 'first_token_ms', 'firstTokenMs'])(
    'keeps %s, which only looks like a secret',
    (name) => {
      const { logger, lines } = capture();
      logger.info({ [name]: 7 }, 'x');
      expect(lines[0]).toHaveProperty(name, 7);
    },
  );

  it('writes an AppError with its code, its censored details and its cause', () => {
    const { logger, lines } = capture();
    const error = new AppError('timeout', 'A.B', 'late', {
      cause: new Error('socket'),
      details: { token: 'canary', tries: 2 },
    });
    logger.error({ err: error }, 'failed');
    expect(lines[0]!['err']).toMatchObject({
      code: 'A.B',
      kind: 'timeout',
      details: { token: '[secret]', tries: 2 },
      cause: { message: 'socket' },
    });
  });

  it('writes of a database’s error what failed, not the row, and of no error a secret', () => {
    const { logger, lines } = capture();
    const driverError = Object.assign(new Error('bad'), { where: 'canary-1', detail: 'canary-2' });
    const failed = Object.assign(new Error('bad'), {
      query: 'INSERT INTO prompts VALUES ($1)',
      code: '22P05',
      parameters: ['canary-3'],
      headers: { authorization: 'canary-4' },
      driverError,
    });
    logger.error({ err: failed }, 'failed');
    logger.error({ err: new AppError('internal', 'A.B', 'x', { cause: failed }) }, 'failed');
    const expected = { message: 'bad', query: 'INSERT INTO prompts VALUES ($1)', code: '22P05' };
    expect(lines).toMatchObject([{ err: expected }, { err: { cause: expected } }]);
    expect(JSON.stringify(lines)).not.toContain('canary');
  });

  it('survives a cycle and great depth', () => {
    const { logger, lines } = capture();
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    logger.info({ cycle }, 'x');
    expect(lines).toHaveLength(1);
  });
});

describe('nestLogger', () => {
  it('keeps context, stack and the level, with log as debug', () => {
    const { logger, lines } = capture();
    const nest = nestLogger(logger);
    nest.log('started', 'NestFactory');
    nest.error('broke', 'at x', 'Router');
    nest.warn({ odd: true });
    expect(lines).toMatchObject([
      { level: 'debug', msg: 'started', context: 'NestFactory' },
      { level: 'error', msg: 'broke', context: 'Router', stack: 'at x' },
      { level: 'warn', msg: '{"odd":true}' },
    ]);
  });
});
