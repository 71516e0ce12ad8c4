import { AppError } from '@parley/kernel';
import { z } from 'zod';
import { loadSettings } from './load-settings';
import {
  commonSettings,
  databaseSettings,
  isLoopbackHost,
  keyListSetting,
  keySetting,
  publicMediaUrlSetting,
  publicUrlSetting,
} from './settings';

const key = Buffer.alloc(32, 7).toString('base64');
const schema = commonSettings.extend({
  PUBLIC_URL: publicUrlSetting(),
  PUBLIC_MEDIA_URL: publicMediaUrlSetting(),
  MEDIA_TOKEN_KEY: keySetting(),
  SECRETS_KEYS: keyListSetting(),
  OPENAI_BASE_URL: publicUrlSetting().optional(),
});
const good = {
  NATS_URL: 'nats://u:p@127.0.0.1:4222',
  PUBLIC_URL: 'https://parley.example.com/',
  PUBLIC_MEDIA_URL: 'wss://parley.example.com',
  MEDIA_TOKEN_KEY: key,
  SECRETS_KEYS: `k2:${key},k1:${key}`,
};

function faults(env: Record<string, string>, of: z.ZodObject = schema): string[] {
  try {
    loadSettings(of, env);
    return [];
  } catch (error) {
    return AppError.from(error).message.split('\n');
  }
}

describe('loadSettings', () => {
  it('fills defaults, trims, and drops trailing slashes', () => {
    expect(loadSettings(schema, { ...good, PORT: ' 8080 ', LOG_LEVEL: '' })).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 8080,
      LOG_LEVEL: 'info',
      LOG_PII: false,
      PUBLIC_URL: 'https://parley.example.com',
    });
  });

  it('names every wrong or missing setting on a line of its own, and what to set', () => {
    const lines = faults({ ...good, NATS_URL: '', PORT: '70000', MEDIA_TOKEN_KEY: 'c2hvcnQ=' });
    expect(lines).toEqual([
      'NATS_URL is missing. Set it to the address of NATS, nats://user:password@host:4222.',
      'PORT is wrong: above 65535. Set it to a TCP port, or 0 for any free one.',
      'MEDIA_TOKEN_KEY is wrong: not base64 of 32 bytes. Set it to base64 of 32 random bytes (openssl rand -base64 32).',
    ]);
  });

  it('describes a setting that is optional', () => {
    expect(faults({ ...good, OPENAI_BASE_URL: 'nonsense' })).toEqual([
      expect.stringContaining('Set it to the public address'),
    ]);
  });

  it('never prints a value', () => {
    const canary = 'canary-value';
    const env = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, canary]));
    expect(faults(env).join()).not.toContain(canary);
    expect(faults(env).length).toBeGreaterThan(6);
  });

  it('takes nothing that the schema does not name', () => {
    expect(loadSettings(schema, { ...good, OPENAI_API_KEY: 'ambient' })).not.toHaveProperty('OPENAI_API_KEY');
  });
});

describe('addresses', () => {
  it.each([
    ['https://parley.example.com', 0],
    ['http://127.0.0.1:8080', 0],
    ['http://localhost:8080', 0],
    ['http://[::1]:8080', 0],
    ['http://parley.example.com', 1],
    ['http://127.0.0.1.example.com', 1],
    ['http://10.0.0.1', 1],
    ['ftp://parley.example.com', 1],
    ['https://user:pass@parley.example.com', 1],
    ['https://parley.example.com?x=1', 1],
  ])('PUBLIC_URL %s has %d faults', (url, count) => {
    expect(faults({ ...good, PUBLIC_URL: url })).toHaveLength(count);
  });

  it.each([
    ['wss://parley.example.com', 0],
    ['ws://127.0.0.1:9', 0],
    ['ws://parley.example.com', 1],
    ['https://parley.example.com', 1],
  ])('PUBLIC_MEDIA_URL %s has %d faults', (url, count) => {
    expect(faults({ ...good, PUBLIC_MEDIA_URL: url })).toHaveLength(count);
  });

  it.each([
    ['localhost', true],
    ['a.localhost', true],
    ['127.9.9.9', true],
    ['[::1]', true],
    ['127.example.com', false],
    ['localhost.example.com', false],
  ])('%s on loopback: %s', (host, expected) => expect(isLoopbackHost(host)).toBe(expected));
});

describe('keys', () => {
  it.each([
    [`a:${key}`, 0],
    [`a:${key}, b:${key}`, 0],
    [`a:${key},a:${key}`, 1],
    [key, 1],
    ['a:short', 1],
    [`a b:${key}`, 1],
  ])('SECRETS_KEYS %s has %d faults', (text, count) => {
    expect(faults({ ...good, SECRETS_KEYS: text })).toHaveLength(count);
  });
});

describe('databaseSettings', () => {
  const url = 'postgres://u:p@localhost/x';
  it.each([
    ['', 0],
    ['demo_', 0],
    ['Demo', 1],
    ['a"; drop', 1],
  ])('SCHEMA_PREFIX %p has %d faults', (prefix, count) => {
    expect(faults({ DATABASE_URL: url, SCHEMA_PREFIX: prefix }, databaseSettings)).toHaveLength(count);
  });
});
