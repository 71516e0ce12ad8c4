import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openDataFolder, readSecrets } from '../tools/launcher/data-folder.mjs';
import { jsonClient } from '../tools/launcher/demo/http.mjs';
import { createProgress } from '../tools/launcher/progress.mjs';
import { readSettings } from '../tools/launcher/settings.mjs';
import { System } from '../tools/launcher/system.mjs';

/** Nobody's account and nobody's database: whatever .env says, a benchmark runs on parts of its own. */
const settings = {
  LOG_LEVEL: 'warn',
  PARLEY_PORT: '18080',
  RATE_LIMIT_PER_KEY_PER_MINUTE: '0',
  RATE_LIMIT_PER_ADDRESS_PER_MINUTE: '0',
};

const journalNames = ['carrier', 'caller', 'transcriber', 'model', 'voice'];

/** Starts the whole system with a fresh data folder, for as long as `work(bench)` takes. */
export async function withSystem(work) {
  const dir = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const folder = openDataFolder(dir);
  const progress = createProgress();
  const system = new System({ plan: readSettings(settings), folder, secrets: readSecrets(folder), progress });
  const stop = () => void system.close().then(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  try {
    await system.start();
    return await work(new Bench(system));
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
    await system.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A running system as a benchmark uses it: over the public API and the sandbox's control port alone. */
class Bench {
  constructor(system) {
    const { url, apiKey, databaseUrl, natsUrl, sandboxControlUrl, sandboxReceiverUrl } =
      system.runFile.content;
    /** For a benchmark that stores more than it could ask for; nothing is measured here. */
    this.servers = { databaseUrl, natsUrl };
    this.api = jsonClient(url, { authorization: `Bearer ${apiKey}` });
    this.control = jsonClient(sandboxControlUrl);
    this.receiverUrl = sandboxReceiverUrl;
    this.pids = Object.fromEntries(
      system.services.map(({ name, supervised }) => [name, supervised.process.child.pid]),
    );
    this.journalsDir = join(system.folder.dir, 'sandbox', 'journals');
    this.offsets = {};
  }

  async useScript(script) {
    await this.control('POST', '/script', script);
  }

  /** A number to call from, and an agent that greets. */
  async prepare() {
    const { number } = await this.api('POST', '/v1/numbers/buy', {});
    const webhook = { url: `${this.receiverUrl}/bench`, subscriptions: ['event_phone_call_ended'] };
    const agent = await this.api('POST', '/v1/agents/create', {
      prompt: 'You take orders. Be brief.',
      voice: { type: 'voice_eleven_labs', voice_id: 'bench' },
      initial_message: 'Hello, who is there?',
      webhook,
    });
    return { number, agent: agent.id };
  }

  /** Places one call; resolves the carrier's SID of it. */
  async call({ number, agent }, to) {
    const call = await this.api('POST', '/v1/calls/create', { from_number: number, to_number: to, agent });
    if (call.telephony_id === null) throw new Error(`call to ${to}: ${call.error_message ?? 'no SID'}`);
    return call.telephony_id;
  }

  /**
   * Waits until `isDone({caller})` or the deadline, then gives what all journals have gained since the last time. They
   * are read from their files, and only at the end: asking for them meanwhile would take from what is measured.
   */
  async follow(isDone, deadlineMs) {
    const end = Date.now() + deadlineMs;
    while (!isDone({ caller: this.gained('caller') }) && Date.now() < end) await delay(1_000);
    return Object.fromEntries(journalNames.map((name) => [name, this.gained(name, true)]));
  }

  /** The lines of a journal behind the last ones that were taken; takes them if asked. */
  gained(name, take = false) {
    const text = readFileSync(join(this.journalsDir, `${name}.jsonl`)).subarray(this.offsets[name] ?? 0);
    if (take) this.offsets[name] = (this.offsets[name] ?? 0) + text.length;
    return text.toString().split('\n').filter(Boolean).map(JSON.parse);
  }
}
