import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkoutDir } from '../backing/paths.mjs';
import { parseEnvText } from './env-file.mjs';
import { roles } from './providers.mjs';
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
  assert.equal(plan.order.TRANSCRIBERS, 'deepgram_flux,deepgram');
});

test('a key of OpenAI alone plays all three roles', () => {
  for (const carrier of [{}, { ...account, PUBLIC_URL: 'https://parley.example.com' }]) {
    const plan = readSettings({ OPENAI_API_KEY: 'key', ...carrier });
    assert.deepEqual(plan.problems, []);
    assert.deepEqual(plan.providers, { model: 'real', transcriber: 'real', voice: 'real' });
    assert.deepEqual(plan.order, { TRANSCRIBERS: 'openai', VOICES: 'openai', MODELS: 'openai' });
  }
});

test('on the sandbox a role with a key is played by its vendor, one without by the sandbox', () => {
  const plan = readSettings({ DEEPGRAM_API_KEY: 'key' });
  assert.deepEqual(plan.problems, []);
  assert.deepEqual(plan.providers, { model: 'sandbox', transcriber: 'real', voice: 'real' });
  assert.deepEqual([plan.order.TRANSCRIBERS, plan.order.VOICES], ['deepgram_flux,deepgram', 'deepgram']);
});

test('a server at OPENAI_BASE_URL is not taken to hear and speak while the sandbox can', () => {
  const server = { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' };
  assert.deepEqual(readSettings(server).providers, {
    ...{ model: 'real', transcriber: 'sandbox', voice: 'sandbox' },
  });
  assert.equal(readSettings({ ...server, VOICES: 'openai' }).providers.voice, 'real');
  const { problems, order } = readSettings({
    ...server,
    ...account,
    PUBLIC_URL: 'https://parley.example.com',
  });
  assert.deepEqual([problems, order.VOICES], [[], 'openai']);
});

test('lists order the providers, also those of the sandbox', () => {
  const plan = readSettings({ VOICES: 'azure,rime', MODELS: 'openai:gpt-4o' });
  assert.deepEqual([plan.problems, plan.providers.voice], [[], 'sandbox']);
  assert.deepEqual([plan.order.VOICES, plan.order.MODELS], ['azure,rime', 'openai:gpt-4o']);
});

test('a list that names somebody without a key is refused, where the sandbox does not play', () => {
  const { problems } = readSettings({ ELEVENLABS_API_KEY: 'e', VOICES: 'eleven_labs,rime' });
  assert.deepEqual(problems, ['RIME_API_KEY is missing: VOICES names rime']);
});

test('what is half set is told', () => {
  const half = { AZURE_SPEECH_KEY: 'a', AZURE_OPENAI_BASE_URL: 'https://x.example', VOICES: 'siri' };
  assert.deepEqual(
    readSettings(half).problems.map((line) => line.split(' ')[0]),
    ['VOICES', 'AZURE_SPEECH_REGION', 'AZURE_OPENAI_API_KEY'],
  );
});

test('the roles and their order are those of media', () => {
  const text = readFileSync(join(checkoutDir, 'apps/media/src/providers/provider-order.ts'), 'utf8');
  for (const [role, { keys }] of Object.entries(roles)) {
    const [, names] = new RegExp(`${role}Names = \\[(.*?)\\]`).exec(text);
    assert.deepEqual(
      [...names.matchAll(/'(\w+)'/g)].map(([, name]) => name),
      Object.keys(keys),
    );
    for (const [name, key] of Object.entries(keys))
      assert.match(text, new RegExp(`${role}Needs[^;]*  ${name}: \\[\\['${key}'\\]`));
  }
});

test('a real carrier with sandbox providers is refused, one line for each', () => {
  const { carrier, problems } = readSettings({ ...account, PUBLIC_URL: 'https://parley.example.com' });
  assert.equal(carrier, 'real');
  assert.deepEqual(
    problems.map((line) => line.split(' ')[0]),
    ['DEEPGRAM_API_KEY', 'ELEVENLABS_API_KEY', 'OPENAI_API_KEY'],
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
