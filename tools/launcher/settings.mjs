import { resolve } from 'node:path';
import { checkoutDir } from '../backing/paths.mjs';
import { assignRoles, roles } from './providers.mjs';

const isLoopback = (hostname) => /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(hostname);
const parse = (text) => (URL.canParse(text) ? new URL(text) : undefined);

const url =
  (...schemes) =>
  (text) =>
    schemes.includes(parse(text)?.protocol)
      ? undefined
      : `is not a URL that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`;
const publicUrl = (secure, plain) => (text) => {
  const parsed = parse(text);
  if (parsed?.protocol === plain && isLoopback(parsed.hostname)) return undefined;
  return parsed?.protocol === secure
    ? undefined
    : `must start with ${secure}// (${plain}// only on loopback)`;
};
const matches = (pattern, wanted) => (text) => (pattern.test(text) ? undefined : `is not ${wanted}`);
const isKey = (text) => /^[A-Za-z0-9+/]+={0,2}$/.test(text) && Buffer.from(text, 'base64').length === 32;
const anything = () => undefined;
const listOf = (names) => (text) => {
  const list = text.split(',').map((entry) => entry.trim());
  const isList = list.every((entry) => names.includes(entry)) && new Set(list).size === list.length;
  return isList ? undefined : `is not a list of ${names.join(', ')}, each at most once`;
};
const requestsPerMinute = matches(/^(0|[1-9]\d{1,7})$/, '0 (no limit) or a number of requests from 10 on');

/** Every setting that .env may hold, and what is wrong with a value. .env.example documents the same names. */
export const knownSettings = {
  PARLEY_PORT: matches(
    /^([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/,
    'a port (1 to 65535)',
  ),
  PARLEY_DATA_DIR: anything,
  LOG_LEVEL: matches(
    /^(fatal|error|warn|info|debug|trace|silent)$/,
    'a log level (error, warn, info, debug …)',
  ),
  DATABASE_URL: url('postgres:', 'postgresql:'),
  SCHEMA_PREFIX: matches(/^[a-z][a-z0-9_]{0,30}$/, 'a prefix of lower-case letters, digits and _'),
  NATS_URL: url('nats:', 'tls:'),
  NATS_SERVER_BIN: anything,
  NATS_DOWNLOAD_URL: url('https:', 'http:'),
  ESPEAK_BIN: anything,
  PUBLIC_URL: publicUrl('https:', 'http:'),
  PUBLIC_MEDIA_URL: publicUrl('wss:', 'ws:'),
  BOOTSTRAP_API_KEY: matches(/^parley_[0-9A-Za-z]{22}_[0-9A-Za-z]{43}$/, 'a key of the form parley_…_…'),
  SECRETS_KEYS: (text) =>
    text
      .split(',')
      .every((entry) => /^[\w-]{1,32}:/.test(entry.trim()) && isKey(entry.trim().replace(/^[^:]*:/, '')))
      ? undefined
      : 'is not a list of name:<base64 of 32 bytes>',
  MEDIA_TOKEN_KEY: (text) => (isKey(text) ? undefined : 'is not base64 of 32 bytes'),
  REVEAL_SECRETS: matches(/^(true|false|1|0)$/, 'true or false'),
  RATE_LIMIT_PER_KEY_PER_MINUTE: requestsPerMinute,
  RATE_LIMIT_PER_ADDRESS_PER_MINUTE: requestsPerMinute,
  TRUSTED_PROXIES: matches(
    /^(\d{1,2}|[0-9A-Fa-f.:]+(\/\d+)?(\s*,\s*[0-9A-Fa-f.:]+(\/\d+)?)*)$/,
    'a number of proxies or a list of addresses and ranges',
  ),
  DIAL_COUNTRIES: matches(/^[A-Za-z]{2}(\s*,\s*[A-Za-z]{2})*$/, 'a list of two-letter countries, like US,CA'),
  WEBHOOK_ALLOWED_HOSTS: matches(/^[^\s,:]+:\d+(\s*,\s*[^\s,:]+:\d+)*$/, 'a list of host:port'),
  ACTION_ALLOWED_HOSTS: matches(/^[^\s,:]+:\d+(\s*,\s*[^\s,:]+:\d+)*$/, 'a list of host:port'),
  EFFECTS_KEPT_DAYS: matches(/^[1-9]\d{0,3}$/, 'a number of days'),
  PINECONE_BASE_URL: url('https:', 'http:'),
  TWILIO_ACCOUNT_SID: matches(/^AC[0-9a-fA-F]{32}$/, 'a Twilio account SID (AC and 32 hex digits)'),
  TWILIO_AUTH_TOKEN: anything,
  TWILIO_BASE_URL: url('https:', 'http:'),
  TWILIO_FROM_NUMBER: matches(/^\+[1-9]\d{6,14}$/, 'a phone number like +14155550123'),
  TRANSCRIBERS: listOf(Object.keys(roles.transcriber.keys)),
  VOICES: listOf(Object.keys(roles.voice.keys)),
  MODELS: matches(
    /^\s*(openai|azure)(:[^\s,]+)?(\s*,\s*(openai|azure)(:[^\s,]+)?)*\s*$/,
    'a list of openai and azure, with or without a model, like openai:gpt-4o,azure',
  ),
  OPENAI_API_KEY: anything,
  OPENAI_BASE_URL: url('https:', 'http:'),
  OPENAI_ACCOUNTS_URL: url('https:', 'http:'),
  OPENAI_MODEL: anything,
  OPENAI_TRANSCRIBE_MODEL: anything,
  OPENAI_SPEECH_MODEL: anything,
  OPENAI_VOICE: anything,
  AZURE_OPENAI_API_KEY: anything,
  AZURE_OPENAI_BASE_URL: url('https:', 'http:'),
  AZURE_OPENAI_API_VERSION: anything,
  AZURE_OPENAI_MODEL: anything,
  DEEPGRAM_API_KEY: anything,
  DEEPGRAM_BASE_URL: url('wss:', 'ws:'),
  DEEPGRAM_MODEL: anything,
  DEEPGRAM_VOICE: anything,
  ELEVENLABS_API_KEY: anything,
  ELEVENLABS_BASE_URL: url('https:', 'http:'),
  ELEVENLABS_VOICE_ID: anything,
  AZURE_SPEECH_KEY: anything,
  AZURE_SPEECH_REGION: matches(/^[a-z0-9-]{1,40}$/, 'the name of a region, like westeurope'),
  AZURE_SPEECH_TTS_URL: url('https:', 'http:'),
  AZURE_SPEECH_STT_URL: url('wss:', 'ws:'),
  AZURE_VOICE_NAME: anything,
  RIME_API_KEY: anything,
  RIME_BASE_URL: url('https:', 'http:'),
  RIME_SPEAKER: anything,
  RIME_MODEL: anything,
  PREPARE_AHEAD: matches(/^(off|reply|speech)$/, 'off, reply or speech'),
  FILLER_AFTER_MS: matches(/^(\d{1,4}|10000)$/, 'a number of ms, 10000 at most'),
  TRACE_DIR: anything,
  TRACE_CALLS: matches(/^(all|failed)$/, 'all or failed'),
  TRACE_WORDS: matches(/^(kept|left_out)$/, 'kept or left_out'),
  TEST_DATABASE_URL: url('postgres:', 'postgresql:'),
};

/**
 * Decides from .env's values alone who plays which part: `carrier` (`sandbox`; `test`: somebody's own on loopback;
 * `real`) and for each provider `sandbox` or `real`. Returns {settings, carrier, providers, order, problems, notices}, one line
 * a problem; `order` has TRANSCRIBERS, VOICES and MODELS as they come out.
 */
export function readSettings(values, { live = false, to } = {}) {
  const settings = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''));
  const problems = [];
  const need = (name, why) => {
    if (settings[name] === undefined) problems.push(`${name} is missing: ${why}`);
  };
  const notices = [];
  for (const [name, value] of Object.entries(settings)) {
    if (knownSettings[name] === undefined)
      notices.push(`${name} in .env is not a setting of Parley: ignored`);
    const fault = knownSettings[name]?.(value);
    if (fault) problems.push(`${name} ${fault}`);
  }

  const carrier = carrierOf(settings);
  if (carrier !== 'sandbox') {
    for (const name of ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'])
      need(name, 'a carrier is named, but not its account');
  }
  const { providers, order, problems: unassigned } = assignRoles(settings, carrier);
  problems.push(...unassigned);
  if (carrier === 'real')
    need('PUBLIC_URL', 'the carrier must reach this system (https://…, for instance a tunnel)');
  if (live && carrier !== 'real')
    problems.push('--live needs a real carrier: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN');
  if (to !== undefined && carrier === 'real')
    need('TWILIO_FROM_NUMBER', 'the number of your account that --to is rung from');
  return { settings, carrier, providers, order, problems, notices };
}

function carrierOf(settings) {
  const names = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_BASE_URL'];
  if (names.every((name) => settings[name] === undefined)) return 'sandbox';
  return isLoopback(parse(settings.TWILIO_BASE_URL ?? '')?.hostname ?? '') ? 'test' : 'real';
}

const forOneRun = [
  ...['PARLEY_DATA_DIR', 'PARLEY_PORT'],
  ...['PREPARE_AHEAD', 'FILLER_AFTER_MS'],
  ...['TRACE_DIR', 'TRACE_CALLS', 'TRACE_WORDS'],
  ...['RATE_LIMIT_PER_KEY_PER_MINUTE', 'RATE_LIMIT_PER_ADDRESS_PER_MINUTE'],
  ...['TRANSCRIBERS', 'VOICES', 'MODELS'],
];

/** What may also be set for one run, since it names nobody's account: `PARLEY_DATA_DIR=/tmp/x npm start`. */
export const withOverrides = (values, ambient = process.env) => ({
  ...values,
  ...Object.fromEntries(forOneRun.filter((name) => ambient[name]).map((name) => [name, ambient[name]])),
});

export const dataDirOf = (settings) => resolve(checkoutDir, settings.PARLEY_DATA_DIR ?? '.data');

/** A connection's address without its password, for people to read. */
export function withoutPassword(text) {
  const parsed = new URL(text);
  if (parsed.password) parsed.password = '***';
  return parsed.href;
}
