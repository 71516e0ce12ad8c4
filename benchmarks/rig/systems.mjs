import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../tools/backing/ports.mjs';
import { startNats } from '../../tools/backing/nats.mjs';
import { startDetached, stopChild, tailOfFile, until } from '../../tools/backing/processes.mjs';
import { checkoutDir } from '../../tools/backing/paths.mjs';
import { CallControl } from './call-control.mjs';
import { sidOf } from './callers/media-line.mjs';

const environment = { PATH: process.env.PATH, HOME: process.env.HOME };
const isUp = (url) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

/** What runs and has to be stopped, whatever comes. */
const running = new Set();

/** Stops all that a benchmark started and did not get to stop. */
export const stopAll = () => Promise.all([...running].map((each) => each.close()));

/** What is measured: a process that takes the carrier's sockets. */
class Measured {
  constructor({ name, args, env, port, readyPath, logFile }) {
    Object.assign(this, { name, port, logFile });
    this.started = startDetached(process.execPath, args, { logFile, env: { ...environment, ...env } });
    this.readyUrl = `http://127.0.0.1:${port}${readyPath}`;
  }

  get pid() {
    return this.started.child.pid;
  }

  async ready() {
    const ended = this.started.exited.then(() => 'ended');
    const up = until(() => isUp(this.readyUrl), { deadlineMs: 30_000 });
    if ((await Promise.race([ended, up])) === true) return this;
    throw new Error(`${this.name} did not start:\n${tailOfFile(this.logFile)}`);
  }

  close() {
    return stopChild(this.started, { deadlineMs: 15_000 });
  }
}

/** A system whose `close` runs once, however many ask for it, and at the latest with `stopAll`. */
function kept(system, close) {
  let closing;
  const whole = {
    ...system,
    close: () => (closing ??= close().finally(() => running.delete(whole))),
  };
  running.add(whole);
  return whole;
}

const addresses = ({ ports, tls, transcriber }) => {
  const [ws, http, host] = tls ? ['wss', 'https', 'localhost'] : ['ws', 'http', '127.0.0.1'];
  return {
    transcriberBase: `${ws}://${host}:${ports.transcriber}`,
    transcriber:
      transcriber === 'flux'
        ? `${ws}://${host}:${ports.transcriber}/v2/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000`
        : `${ws}://${host}:${ports.transcriber}/v1/listen?model=nova-3&encoding=mulaw&sample_rate=8000&interim_results=true`,
    modelBase: `${http}://${host}:${ports.model}/v1`,
    voiceBase: `${http}://${host}:${ports.voice}`,
  };
};

/** The floor agent on `vendors`: {ports, tls?, transcriber}. */
export async function startFloor(vendors, { dir }) {
  const { transcriber, modelBase, voiceBase } = addresses(vendors);
  const port = await freePort();
  const floor = new Measured({
    ...{ name: 'floor', port, readyPath: '/', logFile: join(dir, 'floor.log') },
    args: [join(import.meta.dirname, '..', 'floor', 'floor.mjs')],
    env: {
      ...{ PORT: String(port), TRANSCRIBER_URL: transcriber, MODEL_URL: `${modelBase}/chat/completions` },
      VOICE_URL: `${voiceBase}/v1/text-to-speech/rig/stream?output_format=ulaw_8000`,
      ...(vendors.tls && { NODE_EXTRA_CA_CERTS: vendors.tls.caFile }),
    },
  });
  const doorOf = (call) => ({ port, path: '/', signature: '-', ...sidsOf(call) });
  const system = kept({ name: 'floor', process: floor, doorOf }, () => floor.close());
  await floor.ready();
  return system;
}

const sidsOf = (call) => ({ streamSid: sidOf('MZ', call), callSid: sidOf('CA', call) });

/**
 * `media` as it is built, on `vendors`, with a NATS of its own and call-control played by the rig. `settings`: what of
 * media's environment a benchmark sets; everything else is left as shipped. `agent`: what of the agent's is.
 */
export async function startMedia(vendors, { dir, settings = {}, agent = {}, nodeArgs = [], dist }) {
  const keys = {
    token: randomBytes(32),
    secrets: randomBytes(32).toString('base64'),
    auth: randomBytes(16).toString('hex'),
  };
  const state = mkdtempSync(join(tmpdir(), 'parley-rig-'));
  const nats = await startNats({
    dataDir: join(state, 'nats'),
    password: randomBytes(12).toString('hex'),
    logFile: join(dir, 'nats.log'),
  });
  const port = await freePort();
  const origin = `ws://127.0.0.1:${port}`;
  const media = new Measured({
    ...{ name: 'media', port, readyPath: '/readyz', logFile: join(dir, 'media.log') },
    args: [...nodeArgs, join(dist, 'apps', 'media', 'src', 'main.js')],
    env: {
      ...{
        NATS_URL: nats.url,
        PORT: String(port),
        LOG_LEVEL: 'info',
        NODE_ENV: 'production',
        DRAIN_SECONDS: '1',
      },
      ...{
        PUBLIC_MEDIA_URL: origin,
        MEDIA_TOKEN_KEY: keys.token.toString('base64'),
        TWILIO_AUTH_TOKEN: keys.auth,
      },
      SECRETS_KEYS: `rig:${keys.secrets}`,
      ...providerSettings(vendors),
      NODE_PATH: join(checkoutDir, 'node_modules'),
      ...settings,
    },
  });
  const doorOf = (call) => {
    const path = `/media/${tokenOf(keys.token, system.control.newCall(call))}`;
    const signature = createHmac('sha1', keys.auth)
      .update(origin + path)
      .digest('base64');
    return { port, path, signature, ...sidsOf(call) };
  };
  const system = kept(
    {
      name: 'media',
      process: media,
      natsPid: nats.pid,
      metricsUrl: `http://127.0.0.1:${port}/metrics`,
      doorOf,
    },
    async () => {
      await media.close();
      await system.control?.close();
      await nats.close();
      rmSync(state, { recursive: true, force: true });
    },
  );
  system.ring = (call) => system.control.ring(call);
  await media.ready();
  system.control = await CallControl.start({ natsUrl: nats.url, agent });
  return system;
}

function providerSettings(vendors) {
  const { transcriberBase, modelBase, voiceBase } = addresses(vendors);
  return {
    ...{
      DEEPGRAM_API_KEY: 'rig',
      OPENAI_API_KEY: 'rig',
      ELEVENLABS_API_KEY: 'rig',
      ELEVENLABS_VOICE_ID: 'rig',
    },
    ...{ DEEPGRAM_BASE_URL: transcriberBase, OPENAI_BASE_URL: modelBase, ELEVENLABS_BASE_URL: voiceBase },
    TRANSCRIBERS: vendors.transcriber === 'flux' ? 'deepgram_flux' : 'deepgram',
    ...{ MODELS: 'openai', VOICES: 'eleven_labs' },
    ...(vendors.tls && { NODE_EXTRA_CA_CERTS: vendors.tls.caFile }),
  };
}

/** What call-control writes into the carrier's instructions: the leg may open one socket. */
function tokenOf(key, callId) {
  const grant = {
    c: callId,
    l: callId,
    n: randomBytes(9).toString('base64url'),
    e: Math.floor(Date.now() / 1000) + 600,
  };
  const body = Buffer.from(JSON.stringify(grant)).toString('base64url');
  return `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`;
}
