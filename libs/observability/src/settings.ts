import { z } from 'zod';
import { logLevels } from './logger';

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
const keyBytes = 32;

/** True for a host name or literal that never leaves this machine: `localhost`, `*.localhost`, 127.0.0.0/8, `::1`. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '');
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
  );
}

/** A URL with one of these schemes (`https:` with the colon). Gives the text, without trailing slashes. */
export function urlSetting(schemes: readonly string[], wanted: string) {
  return z
    .string()
    .refine((text) => schemes.includes(parseUrl(text)?.protocol ?? ''), {
      message: `not a URL that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
    })
    .transform((text) => text.replace(/\/+$/, ''))
    .describe(wanted);
}

/** The public address of the HTTP edge: `https://…`, plain only on loopback. Gives the text, without trailing slash. */
export function publicUrlSetting() {
  return publicAddress('https:', 'http:').describe(
    'the public address of this system, https://… (http:// only on loopback)',
  );
}

/** The public address of the media sockets: `wss://…`, plain only on loopback. Gives the text, without trailing slash. */
export function publicMediaUrlSetting() {
  return publicAddress('wss:', 'ws:').describe(
    'the public address of the media socket, wss://… (ws:// only on loopback)',
  );
}

/** The address of NATS. */
export function natsUrlSetting() {
  return urlSetting(['nats:', 'tls:'], 'the address of NATS, nats://user:password@host:4222');
}

/** The address of the Postgres database. */
export function databaseUrlSetting() {
  return urlSetting(['postgres:', 'postgresql:'], 'the database, postgres://user:password@host:5432/name');
}

/** A TCP port; 0, the default, means any free one. */
export function portSetting() {
  return z.coerce
    .number({ error: 'not a number' })
    .int('not a whole number')
    .min(0, 'below 0')
    .max(65_535, 'above 65535')
    .default(0)
    .describe('a TCP port, or 0 for any free one');
}

/** One 32-byte key in base64. Gives the text. */
export function keySetting() {
  return z
    .string()
    .refine(isKey, { message: 'not base64 of 32 bytes' })
    .describe('base64 of 32 random bytes (openssl rand -base64 32)');
}

/** A list of named keys, `kid:base64,…`; the first seals, all open. Gives the text. */
export function keyListSetting() {
  return z
    .string()
    .refine(isKeyList, { message: 'not a list of <name>:<base64 of 32 bytes> with names that differ' })
    .describe('name:base64 of 32 random bytes, several separated by commas, the newest first');
}

/** `true` or `false`, also `1` and `0`; `fallback` when unset. */
export function flagSetting(fallback: boolean) {
  return z
    .enum(['true', 'false', '1', '0'], { error: 'neither true nor false' })
    .transform((text) => text === 'true' || text === '1')
    .default(fallback)
    .describe('true or false');
}

/** What every service reads. Extend it: `commonSettings.extend({ DATABASE_URL: databaseUrlSetting() })`. */
export const commonSettings = z.object({
  NATS_URL: natsUrlSetting(),
  HOST: z.string().default('127.0.0.1').describe('the address to listen on'),
  PORT: portSetting(),
  LOG_LEVEL: z
    .enum(logLevels, { error: 'not a log level' })
    .default('info')
    .describe(`one of ${logLevels.join(', ')}`),
  LOG_PII: flagSetting(false),
});

/** What every service with a database reads. */
export const databaseSettings = z.object({
  DATABASE_URL: databaseUrlSetting(),
  SCHEMA_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,30}$/, 'not a prefix of lower-case letters, digits and _')
    .or(z.literal(''))
    .default('')
    .describe('a prefix for the names of the database schemas: lower-case letters, digits and _'),
});

function publicAddress(secure: string, plain: string) {
  return z
    .string()
    .refine((text) => [secure, plain].includes(parseUrl(text)?.protocol ?? ''), {
      message: `not a URL that starts with ${secure}//`,
      abort: true,
    })
    .refine((text) => parseUrl(text)?.protocol === secure || isLoopbackHost(parseUrl(text)?.hostname ?? ''), {
      message: `${plain}// is allowed on loopback only`,
    })
    .refine((text) => isBare(parseUrl(text)), {
      message: 'must not hold a user, a query or a fragment',
    })
    .transform((text) => text.replace(/\/+$/, ''));
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function isBare(url: URL | undefined): boolean {
  return !!url && !url.username && !url.password && !url.search && !url.hash;
}

function isKey(text: string): boolean {
  return base64.test(text) && Buffer.from(text, 'base64').length === keyBytes;
}

function isKeyList(text: string): boolean {
  const names = new Set<string>();
  for (const entry of text.split(',')) {
    const [, name, key] = /^([A-Za-z0-9_-]{1,32}):(.*)$/.exec(entry.trim()) ?? [];
    if (!name || !key || !isKey(key) || names.has(name)) return false;
    names.add(name);
  }
  return true;
}
