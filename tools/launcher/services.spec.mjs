import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeServices, portNames } from './services.mjs';
import { readSettings } from './settings.mjs';

const ports = Object.fromEntries(['edge', ...portNames].map((name, index) => [name, 5_000 + index]));
const secrets = {
  ...{ apiKey: 'key', secretsKeys: 'k1:s', mediaTokenKey: 'm', sandboxKey: 'sandbox-key' },
  ...{ sandboxAccountSid: 'ACsandbox', sandboxAuthToken: 'sandbox-token' },
};
const account = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'token' };

function environments(values, ambient = { PATH: '/bin' }) {
  const given = { plan: readSettings(values), secrets, ports, schemaPrefix: '', dataDir: '/data' };
  const services = describeServices({ ...given, databaseUrl: 'postgres://x', natsUrl: 'nats://x' }, ambient);
  return Object.fromEntries(services.map(({ name, env }) => [name, env]));
}

test('accounts in the shell of the user reach no service', () => {
  const ambient = {
    PATH: '/bin',
    OPENAI_API_KEY: 'mine',
    TWILIO_AUTH_TOKEN: 'mine',
    DATABASE_URL: 'mine',
    HTTPS_PROXY: 'mine',
  };
  const all = environments({}, ambient);
  assert.ok(!JSON.stringify(all).includes('mine'));
  assert.equal(all.media.OPENAI_API_KEY, 'sandbox-key');
});

test('the sandbox stands in by ordinary settings', () => {
  const { media, 'call-control': control, sandbox } = environments({});
  assert.equal(control.TWILIO_BASE_URL, `http://127.0.0.1:${sandbox.SANDBOX_TWILIO_PORT}`);
  assert.equal(media.DEEPGRAM_BASE_URL, `ws://127.0.0.1:${sandbox.SANDBOX_DEEPGRAM_PORT}`);
  assert.equal(control.PUBLIC_URL, 'http://127.0.0.1:5000');
  assert.equal(control.PUBLIC_MEDIA_URL, 'ws://127.0.0.1:5000');
});

test('with a key of OpenAI alone nothing of the sandbox but its carrier is left', () => {
  const { media, sandbox } = environments({ OPENAI_API_KEY: 'real' });
  assert.deepEqual([media.OPENAI_API_KEY, media.OPENAI_BASE_URL], ['real', undefined]);
  assert.deepEqual([media.TRANSCRIBERS, media.VOICES, media.MODELS], ['openai', 'openai', 'openai']);
  assert.ok(!JSON.stringify(media).includes('sandbox-key'));
  assert.equal(sandbox.OPENAI_API_KEY, 'sandbox-key');
});

test('the sandbox plays every vendor of a role that has no key', () => {
  const { media, sandbox } = environments({
    OPENAI_API_KEY: 'real',
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
  });
  assert.equal(media.OPENAI_BASE_URL, 'http://127.0.0.1:9/v1');
  for (const key of ['DEEPGRAM_API_KEY', 'ELEVENLABS_API_KEY', 'AZURE_SPEECH_KEY', 'RIME_API_KEY'])
    assert.equal(media[key], 'sandbox-key');
  assert.equal(media.AZURE_SPEECH_TTS_URL, `http://127.0.0.1:${sandbox.SANDBOX_AZURE_PORT}`);
  assert.equal(media.RIME_BASE_URL, `http://127.0.0.1:${sandbox.SANDBOX_RIME_PORT}`);
});

test('with a real carrier nothing of the sandbox is left', () => {
  const providers = {
    OPENAI_API_KEY: 'o',
    DEEPGRAM_API_KEY: 'd',
    ELEVENLABS_API_KEY: 'e',
    ELEVENLABS_VOICE_ID: 'v',
  };
  const all = environments({ ...account, ...providers, PUBLIC_URL: 'https://parley.example.com' });
  assert.equal(all.sandbox, undefined);
  assert.equal(all.media.PUBLIC_MEDIA_URL, 'wss://parley.example.com');
  assert.equal(all.webhooks.WEBHOOK_ALLOWED_HOSTS, '');
  assert.equal(all.integrations.ACTION_ALLOWED_HOSTS, '');
  assert.ok(!JSON.stringify(all).toLowerCase().includes('sandbox'));
});
