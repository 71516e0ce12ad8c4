import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkoutDir } from '../backing/paths.mjs';
import { parseEnvText } from './env-file.mjs';
import { knownSettings, readSettings, withOverrides, withoutPassword } from './settings.mjs';

const account = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'token' };
const providers = {
  OPENAI_API_KEY: 'o',
  DEEPGRAM_API_KEY: 'd',
  ELEVENLABS_API_KEY: 'e',
  ELEVENLABS_VOICE_ID: 'v',
};

test('without settings everything is the sandbox', () => {
  const plan = readSettings({});
  assert.deepEqual(plan.problems, []);
  assert.equal(plan.carrier, 'sandbox');
  assert.deepEqual(plan.providers, { model: 'sandbox', transcriber: 'sandbox', voice: 'sandbox' });
});

test('on the sandbox a keyed role is played by its vendor, the others by the sandbox', () => {
  const plan = readSettings({ OPENAI_API_KEY: 'key' });
  assert.deepEqual(plan.problems, []);
  assert.deepEqual(plan.providers, { model: 'real', transcriber: 'sandbox', voice: 'sandbox' });
});

test('a real carrier with sandbox providers is refused, one line for each', () => {
  const { carrier, problems } = readSettings({ ...account, PUBLIC_URL: 'https://parley.example.com' });
  assert.equal(carrier, 'real');
  assert.deepEqual(
    problems.map((line) => line.split(' ')[0]),
    ['OPENAI_API_KEY', 'DEEPGRAM_API_KEY', 'ELEVENLABS_API_KEY'],
  );
});

test('a real carrier with real providers and a public address is taken', () => {
  const plan = readSettings({ ...account, ...providers, PUBLIC_URL: 'https://parley.example.com' });
  assert.deepEqual(plan.problems, []);
});

test('a carrier of somebody on loopback may go with the sandbox', () => {
  const plan = readSettings({ ...account, TWILIO_BASE_URL: 'http://127.0.0.1:9' });
  assert.deepEqual([plan.carrier, plan.problems], ['test', []]);
});

test('a base URL elsewhere is a real carrier', () => {
  assert.equal(
    readSettings({ ...account, TWILIO_BASE_URL: 'https://127.0.0.1.example.com' }).carrier,
    'real',
  );
});

test('names all that is wrong or missing at once', () => {
  const { problems } = readSettings(
    {
      TWILIO_AUTH_TOKEN: 't',
      PUBLIC_URL: 'http://example.com',
      DATABASE_URL: 'mysql://x',
      PARLEY_PORT: '70000',
      SECRETS_KEYS: 'k1:short',
      LOG_LEVEL: 'loud',
    },
    { live: true, to: '+14155550123' },
  );
  const names = new Set(problems.map((line) => line.split(' ')[0]));
  for (const name of [
    'PUBLIC_URL',
    'DATABASE_URL',
    'PARLEY_PORT',
    'SECRETS_KEYS',
    'LOG_LEVEL',
    'TWILIO_ACCOUNT_SID',
    'OPENAI_API_KEY',
    'TWILIO_FROM_NUMBER',
  ]) {
    assert.ok(names.has(name), name);
  }
  assert.ok(!problems.join('').includes('short'), 'values stay out of messages');
});

test('--live without a real carrier is refused', () => {
  assert.equal(readSettings({}, { live: true }).problems.length, 1);
});

test('an unknown setting is told, and ignored', () => {
  const plan = readSettings({ TWILIO_AUTH_TOKN: 'x' });
  assert.deepEqual([plan.problems, plan.notices.length], [[], 1]);
});

test('.env.example documents each setting, and sets none', () => {
  const text = readFileSync(join(checkoutDir, '.env.example'), 'utf8');
  assert.deepEqual(parseEnvText(text), { values: {}, problems: [] });
  const documented = [...text.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name);
  assert.deepEqual(documented.toSorted(), Object.keys(knownSettings).toSorted());
});

test('passwords are not shown', () => {
  assert.equal(withoutPassword('postgres://me:secret@host:1/db'), 'postgres://me:***@host:1/db');
});

test('for one run, nothing counts from the shell but what names nobody’s account', () => {
  const ambient = { PARLEY_PORT: '9', RATE_LIMIT_PER_KEY_PER_MINUTE: '0', OPENAI_API_KEY: 'ambient' };
  assert.deepEqual(withOverrides({ PARLEY_PORT: '1', LOG_LEVEL: 'warn' }, ambient), {
    ...{ PARLEY_PORT: '9', LOG_LEVEL: 'warn' },
    RATE_LIMIT_PER_KEY_PER_MINUTE: '0',
  });
});

test('limits of the API and proxies are checked', () => {
  const wrong = { RATE_LIMIT_PER_KEY_PER_MINUTE: '9', TRUSTED_PROXIES: 'proxy.example.com' };
  assert.deepEqual(
    readSettings(wrong).problems.map((line) => line.split(' ')[0]),
    ['RATE_LIMIT_PER_KEY_PER_MINUTE', 'TRUSTED_PROXIES'],
  );
  const right = { RATE_LIMIT_PER_ADDRESS_PER_MINUTE: '0', TRUSTED_PROXIES: '10.0.0.0/8, ::1' };
  assert.deepEqual(readSettings(right).problems, []);
});
