import { ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@parley/testing';

const checkout = join(__dirname, '..', '..', '..');

interface RunFile {
  readonly url: string;
  readonly apiKey: string;
  readonly sandboxControlUrl: string;
  readonly sandboxReceiverUrl: string;
}

export type JournalName = 'carrier' | 'caller' | 'receiver' | 'transcriber' | 'model' | 'voice';

export interface JournalLine {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  // What a line holds depends on its kind; apps/sandbox/src/journal/entries.ts lists them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the tests read many kinds
  readonly [field: string]: any;
}

export type Journals = Record<JournalName, JournalLine[]>;

/** The whole system as a user starts it, with a data folder of its own, driven through its public edges. */
export class RunningSystem {
  private seen: Partial<Record<JournalName, number>> = {};

  private constructor(
    private readonly launcher: ChildProcess,
    private readonly dataDir: string,
    readonly run: RunFile,
  ) {}

  static async start(): Promise<RunningSystem> {
    const dataDir = mkdtempSync(join(tmpdir(), 'parley-e2e-'));
    const output: string[] = [];
    const launcher = spawn(process.execPath, [join(checkout, 'tools/launcher/start.mjs'), '--no-demo'], {
      cwd: checkout,
      env: {
        ...process.env,
        PARLEY_DATA_DIR: dataDir,
        PARLEY_PORT: '18480',
        RATE_LIMIT_PER_KEY_PER_MINUTE: '0',
        RATE_LIMIT_PER_ADDRESS_PER_MINUTE: '0',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [launcher.stdout, launcher.stderr]) {
      stream.on('data', (data: Buffer) => output.push(data.toString()));
    }
    try {
      await eventually(
        () => {
          if (launcher.exitCode !== null) throw new Error(`npm start ended: ${output.join('')}`);
          if (!output.join('').includes('Running.')) throw new Error(`not up yet: ${output.join('')}`);
        },
        { timeoutMs: 150_000 },
      );
      const run = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')) as RunFile;
      return new RunningSystem(launcher, dataDir, run);
    } catch (error) {
      launcher.kill('SIGTERM');
      throw error;
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.launcher.once('exit', resolve));
    this.launcher.kill('SIGTERM');
    await ended;
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** The process id of one of the services, as it is now. */
  pidOf(service: string): number {
    const { processes } = JSON.parse(readFileSync(join(this.dataDir, 'run.json'), 'utf8')) as {
      processes: { name: string; pid: number }[];
    };
    const found = processes.find(({ name }) => name === service);
    if (!found) throw new Error(`no process of ${service}`);
    return found.pid;
  }

  /** A request to the public API; throws with the answer when it is refused. */
  api<T = Record<string, never>>(method: string, path: string, body?: unknown): Promise<T> {
    return request(this.run.url + path, method, body, { authorization: `Bearer ${this.run.apiKey}` });
  }

  /** A request to the sandbox's control port. */
  control<T>(method: string, path: string, body?: unknown): Promise<T> {
    return request(this.run.sandboxControlUrl + path, method, body, {});
  }

  /** From now on journals are read from here. */
  async forget(): Promise<void> {
    for (const name of journalNames)
      this.seen[name] = (await this.lines(name)).at(-1)?.seq ?? this.seen[name] ?? 0;
  }

  /** What the journals have gained since `forget`. */
  async journals(): Promise<Journals> {
    const entries = await Promise.all(
      journalNames.map(async (name) => [name, await this.lines(name)] as const),
    );
    return Object.fromEntries(entries) as Journals;
  }

  private lines(name: JournalName): Promise<JournalLine[]> {
    return this.control('GET', `/journals/${name}?after=${this.seen[name] ?? 0}`);
  }
}

const journalNames: JournalName[] = ['carrier', 'caller', 'receiver', 'transcriber', 'model', 'voice'];

async function request<T>(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
