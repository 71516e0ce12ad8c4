import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface RunFile {
  readonly url: string;
  readonly apiKey: string;
  readonly sandboxControlUrl: string;
  readonly sandboxReceiverUrl: string;
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly logFiles: Readonly<Record<string, string>>;
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
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

/** The data folder of the system that this worker of the test run has to itself. */
function ownSystem(): string | undefined {
  const dirs = process.env['PARLEY_E2E_DIRS']?.split(':') ?? [];
  return dirs[(Number(process.env['JEST_WORKER_ID'] ?? 1) - 1) % Math.max(1, dirs.length)];
}

/** The whole system as a user starts it, driven through its public edges. All specs of a worker use the same one. */
export class RunningSystem {
  private seen: Partial<Record<JournalName, number>> = {};
  readonly run: RunFile;

  private constructor(private readonly dataDir: string) {
    this.run = this.readRunFile();
  }

  /** The one that the test run has started, or the one in `dataDir`. */
  static attach(dataDir = ownSystem()): RunningSystem {
    if (dataDir === undefined) throw new Error('no system was started for the end-to-end specs');
    return new RunningSystem(dataDir);
  }

  /** Where media leaves the traces of calls. */
  get tracesDir(): string {
    return join(this.dataDir, 'traces');
  }

  /** The process id of one of the services, as it is now. */
  pidOf(service: string): number {
    const found = this.readRunFile().processes.find(({ name }) => name === service);
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

  private readRunFile(): RunFile {
    return JSON.parse(readFileSync(join(this.dataDir, 'run.json'), 'utf8')) as RunFile;
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
