import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder, readSecrets } from '../tools/launcher/data-folder.mjs';
import { jsonClient } from '../tools/launcher/demo/http.mjs';
import { createProgress } from '../tools/launcher/progress.mjs';
import { readSettings } from '../tools/launcher/settings.mjs';
import { System } from '../tools/launcher/system.mjs';

/** Nobody's account and nobody's database: whatever .env says, a benchmark runs on parts of its own. */
const settings = { LOG_LEVEL: 'warn', PARLEY_PORT: '18080' };

/** Starts the whole system with a fresh data folder, for as long as `work(bench)` takes. */
export async function withSystem(work) {
  const dir = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const folder = openDataFolder(dir);
  const progress = createProgress();
  const system = new System({ plan: readSettings(settings), folder, secrets: readSecrets(folder), progress });
  const stop = () => void system.close().then(() => process.exit(130));
  process.once('SIGINT', stop);
  try {
    await system.start();
    return await work(new Bench(system));
  } finally {
    process.off('SIGINT', stop);
    await system.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A running system as a benchmark uses it: over the public API and the sandbox's control port alone. */
class Bench {
  constructor(system) {
    const { url, apiKey, sandboxControlUrl, sandboxReceiverUrl } = system.runFile.content;
    this.api = jsonClient(url, { authorization: `Bearer ${apiKey}` });
    this.control = jsonClient(sandboxControlUrl);
    this.receiverUrl = sandboxReceiverUrl;
    this.pids = Object.fromEntries(
      system.services.map(({ name, supervised }) => [name, supervised.process.child.pid]),
    );
    this.seen = {};
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

  /** The lines that a journal has gained since this was last asked. */
  async newLines(name) {
    const lines = await this.control('GET', `/journals/${name}?after=${this.seen[name] ?? 0}`);
    this.seen[name] = lines.at(-1)?.seq ?? this.seen[name];
    return lines;
  }

  /** Follows all journals until `isDone(journals)` or the deadline. */
  async follow(isDone, deadlineMs) {
    const journals = { carrier: [], caller: [], transcriber: [], model: [], voice: [] };
    const end = Date.now() + deadlineMs;
    for (;;) {
      for (const name of Object.keys(journals)) journals[name].push(...(await this.newLines(name)));
      if (isDone(journals) || Date.now() > end) return journals;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
