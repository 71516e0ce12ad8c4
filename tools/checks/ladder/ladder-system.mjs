import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkoutDir } from '../../backing/paths.mjs';
import { freePort } from '../../backing/ports.mjs';
import { startDetached, stopChild } from '../../backing/processes.mjs';
import { openDataFolder, readSecrets } from '../../launcher/data-folder.mjs';
import { jsonClient } from '../../launcher/demo/http.mjs';
import { describeServices } from '../../launcher/services.mjs';
import { readSettings } from '../../launcher/settings.mjs';
import { System } from '../../launcher/system.mjs';

const quiet = { line: () => undefined, notice: () => undefined, step: (_, work) => work() };
const startedWithinMs = 15_000;

/**
 * A whole system on the sandbox without a media process: each rung of the ladder starts its own, with other settings,
 * behind the same edge.
 */
export class LadderSystem {
  static async start({ port, build = () => undefined }) {
    const dir = mkdtempSync(join(tmpdir(), 'parley-ladder-'));
    const folder = openDataFolder(dir);
    const doorway = await openDoorway();
    const values = {
      ...{ LOG_LEVEL: 'info', PARLEY_PORT: String(port) },
      ...{ RATE_LIMIT_PER_KEY_PER_MINUTE: '0', RATE_LIMIT_PER_ADDRESS_PER_MINUTE: '0' },
    };
    let media;
    const describe = (parts) => {
      const services = describeServices(parts);
      media = services.find(({ name }) => name === 'media');
      const edge = services.find(({ name }) => name === 'edge');
      edge.env.MEDIA_URL = `http://127.0.0.1:${doorway.port}`;
      return services.filter((service) => service !== media);
    };
    const parts = { plan: readSettings(values), folder, secrets: readSecrets(folder) };
    const system = new System({ ...parts, progress: quiet, describe, build });
    try {
      await system.start();
    } catch (error) {
      await system.close();
      doorway.close();
      throw error;
    }
    return new LadderSystem(system, doorway, media, dir);
  }

  constructor(system, doorway, media, dir) {
    Object.assign(this, { system, doorway, media, dir });
    const { url, apiKey, sandboxControlUrl, sandboxReceiverUrl } = system.runFile.content;
    this.api = jsonClient(url, { authorization: `Bearer ${apiKey}` });
    this.control = jsonClient(sandboxControlUrl);
    this.receiverUrl = sandboxReceiverUrl;
    this.openAiUrl = media.env.OPENAI_BASE_URL;
    this.sandboxKey = media.env.OPENAI_API_KEY;
  }

  /** Starts a media process with these settings beside the usual ones, and sends all sockets to it. */
  async startMedia(settings) {
    const port = await freePort();
    const logFile = join(this.dir, 'logs', 'media.log');
    const started = startDetached(process.execPath, this.media.args, {
      env: { ...this.media.env, ...settings, PORT: String(port) },
      cwd: checkoutDir,
      logFile,
    });
    const process_ = new MediaProcess(started, port, logFile);
    await process_.untilReady();
    this.doorway.leadTo(port);
    return process_;
  }

  async close() {
    await this.system.close();
    this.doorway.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

class MediaProcess {
  constructor(started, port, logFile) {
    Object.assign(this, { started, port, logFile, url: `http://127.0.0.1:${port}` });
  }

  async untilReady() {
    for (const endMs = Date.now() + startedWithinMs; ; await delay(50)) {
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      if (this.started.child.exitCode !== null || Date.now() > endMs)
        throw new Error(`media did not start: see ${this.logFile}`);
    }
  }

  get isAlive() {
    return this.started.child.exitCode === null && this.started.child.signalCode === null;
  }

  /** What it holds open, its log and timers among it. */
  openFiles() {
    return readdirSync(`/proc/${this.started.child.pid}/fd`).length;
  }

  /** One of its metrics, all labels that `labels` has; 0 when there is none. */
  async metric(name, labels = '') {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(`${name}{`) && one.includes(labels));
    const plain = text.split('\n').find((one) => one.startsWith(`${name} `));
    return Number((line ?? plain)?.split(' ').at(-1) ?? 0);
  }

  async stop() {
    await stopChild(this.started);
  }
}

/** A port that stays while the process behind it changes. */
async function openDoorway() {
  let target;
  const sockets = new Set();
  const server = createServer((socket) => {
    const behind = connect({ port: target, host: '127.0.0.1' });
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ]) {
      sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    leadTo: (port) => (target = port),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
