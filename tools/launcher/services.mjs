import { delimiter, join } from 'node:path';
import { checkoutDir } from '../backing/paths.mjs';
import { providerSettings, sandboxKeys } from './providers.mjs';
import { numbersBought } from './sandbox-numbers.mjs';

const demoScript = join(import.meta.dirname, 'demo', 'script.json');

/** What every process gets, and nothing of the launcher's own environment beyond it. */
const plainEnvironment = (ambient) =>
  Object.fromEntries(
    ['PATH', 'HOME', 'LANG', 'TZ'].flatMap((name) => (ambient[name] ? [[name, ambient[name]]] : [])),
  );

const pick = (settings, ...names) =>
  Object.fromEntries(names.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]])));

const servicesProper = ['config', 'call-control', 'integrations', 'webhooks', 'media', 'gateway'];

/** Which processes have to run, in the order of their start. */
export const serviceNames = ({ carrier, providers }) => [
  ...(usesSandbox({ carrier, providers }) ? ['sandbox'] : []),
  ...[...servicesProper, 'edge'],
];

export const usesSandbox = ({ carrier, providers }) =>
  carrier === 'sandbox' || Object.values(providers).includes('sandbox');

/** The ports to choose: one for each process but the edge, and the sandbox's roles. */
export const portNames = [
  ...servicesProper,
  ...['twilio', 'deepgram', 'openai', 'elevenlabs', 'azure', 'rime', 'receiver', 'control'],
];

/**
 * Describes each process: {name, args, env, healthUrl, migrateArgs?}. `ports`: by name, `edge` being the public one.
 * `plan`: what readSettings decided. The services are pointed at the sandbox only by their ordinary settings.
 */
export function describeServices(
  { plan, secrets, ports, databaseUrl, natsUrl, schemaPrefix, dataDir, espeakPath },
  ambient = process.env,
) {
  const { settings } = plan;
  const base = {
    ...plainEnvironment(ambient),
    LOG_LEVEL: settings.LOG_LEVEL ?? 'info',
    NATS_URL: natsUrl,
    HOST: '127.0.0.1',
  };
  const database = { DATABASE_URL: databaseUrl, SCHEMA_PREFIX: schemaPrefix };
  const addresses = publicAddresses(plan, ports.edge);
  const carrier = carrierSettings(plan, secrets, ports);
  const mediaTokenKey = { MEDIA_TOKEN_KEY: settings.MEDIA_TOKEN_KEY ?? secrets.mediaTokenKey };
  const secretsKeys = { SECRETS_KEYS: settings.SECRETS_KEYS ?? secrets.secretsKeys };
  const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } = carrier;

  const sandboxDir = join(dataDir, 'sandbox');
  const environments = {
    sandbox: {
      SANDBOX_DIR: sandboxDir,
      SANDBOX_NUMBERS: numbersBought(sandboxDir).join(','),
      SANDBOX_SCRIPT: demoScript,
      ...Object.fromEntries(
        portNames
          .slice(servicesProper.length)
          .map((name) => [`SANDBOX_${name.toUpperCase()}_PORT`, ports[name]]),
      ),
      ...(espeakPath && { SANDBOX_ESPEAK: espeakPath }),
      TWILIO_ACCOUNT_SID: secrets.sandboxAccountSid,
      TWILIO_AUTH_TOKEN: secrets.sandboxAuthToken,
      ...sandboxKeys(secrets.sandboxKey),
    },
    config: { ...database, BOOTSTRAP_API_KEY: settings.BOOTSTRAP_API_KEY ?? secrets.apiKey },
    'call-control': {
      ...database,
      ...addresses,
      ...mediaTokenKey,
      ...secretsKeys,
      ...carrier,
      ...pick(settings, 'DIAL_COUNTRIES'),
    },
    integrations: {
      ...database,
      ...secretsKeys,
      ...pick(settings, 'EFFECTS_KEPT_DAYS', 'PINECONE_BASE_URL'),
      ...pick(providerSettings(plan, secrets, ports), 'OPENAI_API_KEY', 'OPENAI_BASE_URL'),
      ACTION_ALLOWED_HOSTS: allowedHosts('ACTION_ALLOWED_HOSTS', plan, ports),
    },
    webhooks: { ...database, WEBHOOK_ALLOWED_HOSTS: allowedHosts('WEBHOOK_ALLOWED_HOSTS', plan, ports) },
    media: {
      // Whoever presses Ctrl-C does not wait for calls to end by themselves.
      DRAIN_SECONDS: 5,
      PUBLIC_MEDIA_URL: addresses.PUBLIC_MEDIA_URL,
      ...pick(settings, 'PREPARE_AHEAD', 'FILLER_AFTER_MS'),
      ...pick(settings, 'TRACE_DIR', 'TRACE_CALLS', 'TRACE_WORDS'),
      ...{ ...mediaTokenKey, ...secretsKeys, TWILIO_AUTH_TOKEN, ...providerSettings(plan, secrets, ports) },
    },
    gateway: {
      PUBLIC_URL: addresses.PUBLIC_URL,
      ...{ ...secretsKeys, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN },
      ...pick(settings, 'RATE_LIMIT_PER_KEY_PER_MINUTE', 'RATE_LIMIT_PER_ADDRESS_PER_MINUTE'),
      ...pick(settings, 'REVEAL_SECRETS'),
      // The edge, which is always there.
      TRUSTED_PROXIES: settings.TRUSTED_PROXIES ?? 1,
    },
    edge: { GATEWAY_URL: `http://127.0.0.1:${ports.gateway}`, MEDIA_URL: `http://127.0.0.1:${ports.media}` },
  };
  return serviceNames(plan).map((name) => ({
    name,
    args: [entryOf(name)],
    env: stringsOf({ ...base, ...environments[name], ...(ports[name] && { PORT: ports[name] }) }),
    healthUrl: healthUrlOf(name, ports),
    ...(environments[name].DATABASE_URL && { migrateArgs: [entryOf(name, 'migrate')] }),
  }));
}

const entryOf = (name, file = 'main') =>
  name === 'edge'
    ? join(import.meta.dirname, 'edge.mjs')
    : join(checkoutDir, 'dist', 'apps', name, 'src', `${file}.js`);

function healthUrlOf(name, ports) {
  if (name === 'sandbox') return `http://127.0.0.1:${ports.control}/healthz`;
  return `http://127.0.0.1:${ports[name]}/readyz`;
}

const stringsOf = (env) =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));

/** The sandbox's carrier always comes over loopback; a public address counts for others. */
function publicAddresses({ carrier, settings }, port) {
  const local = { PUBLIC_URL: `http://127.0.0.1:${port}`, PUBLIC_MEDIA_URL: `ws://127.0.0.1:${port}` };
  if (carrier === 'sandbox' || settings.PUBLIC_URL === undefined) return local;
  const sameHost = settings.PUBLIC_URL.replace(/^http/, 'ws');
  return { PUBLIC_URL: settings.PUBLIC_URL, PUBLIC_MEDIA_URL: settings.PUBLIC_MEDIA_URL ?? sameHost };
}

function carrierSettings({ carrier, settings }, secrets, ports) {
  if (carrier !== 'sandbox')
    return pick(settings, 'TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_BASE_URL');
  return {
    TWILIO_ACCOUNT_SID: secrets.sandboxAccountSid,
    TWILIO_AUTH_TOKEN: secrets.sandboxAuthToken,
    TWILIO_BASE_URL: `http://127.0.0.1:${ports.twilio}`,
  };
}

/** The sandbox's receiver is on loopback, where webhooks and actions otherwise never go. */
function allowedHosts(name, plan, ports) {
  const receiver = plan.carrier === 'sandbox' ? [`127.0.0.1:${ports.receiver}`] : [];
  return [...receiver, ...(plan.settings[name]?.split(',').map((host) => host.trim()) ?? [])].join(',');
}

/** How the launcher's own tools are run: like the services, plus what a terminal needs. */
export const toolEnvironment = (ambient = process.env) => ({
  ...ambient,
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  PATH: [join(checkoutDir, 'node_modules', '.bin'), ambient.PATH].join(delimiter),
});
