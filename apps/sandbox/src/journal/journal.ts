import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Clock } from '@parley/kernel';
import type { EntryKinds } from './entries';

/** The six parties that keep a journal. They share no memory: what one of them writes, no other reads. */
export const journalNames = ['carrier', 'caller', 'receiver', 'transcriber', 'model', 'voice'] as const;
export type JournalName = (typeof journalNames)[number];

/** One line of a journal: its place, its time (epoch, ms), its kind, and the fields of that kind. */
export interface JournalLine {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** Holds more than the longest line. */
const TAIL_BYTES = 1024 * 1024;

export interface JournalOptions {
  readonly clock: Clock;
  /** The JSON Lines file; without it the journal lives in memory only. */
  readonly file?: string;
  /** How many of the newest lines stay in memory; 20,000 by default. The oldest go first; the file keeps all. */
  readonly keep?: number;
}

/**
 * An append-only journal. `Kinds` maps each kind to its fields. Every line is on disk when `write` returns, so a
 * killed process loses none. A file that is there already is continued: `seq` goes on where it stopped; a line that a
 * kill cut stays as it is, and readers pass over it.
 */
export class Journal<Kinds extends EntryKinds> {
  private readonly keep: number;
  private lines: JournalLine[] = [];
  private seq = 0;
  private fd: number | undefined;
  private readonly watchers = new Set<(line: JournalLine) => void>();

  constructor(private readonly options: JournalOptions) {
    this.keep = options.keep ?? 20_000;
  }

  /** Opens the file, making its folder. A journal without a file needs no start. */
  start(): void {
    const { file } = this.options;
    if (!file || this.fd !== undefined) return;
    mkdirSync(dirname(file), { recursive: true });
    const before = existsSync(file) ? readEnd(file) : { seq: 0, isCut: false };
    this.seq = before.seq;
    this.fd = openSync(file, 'a', 0o600);
    if (before.isCut) writeSync(this.fd, '\n');
  }

  /** Adds one line. After `close` it goes to memory only. */
  write<K extends keyof Kinds & string>(kind: K, fields: Kinds[K]): void {
    const line: JournalLine = { seq: ++this.seq, atMs: this.options.clock.nowMs(), kind, ...fields };
    this.lines.push(line);
    // Cut in blocks: shifting an array of this size at every line would cost more than the line.
    if (this.lines.length > this.keep * 1.25) this.lines = this.lines.slice(-this.keep);
    if (this.fd !== undefined) writeSync(this.fd, `${JSON.stringify(line)}\n`);
    for (const watcher of this.watchers) watcher(line);
  }

  /** The lines kept in memory whose `seq` is greater than `seq`, in order. */
  after(seq: number): readonly JournalLine[] {
    const first = this.lines[0]?.seq ?? 0;
    return this.lines.slice(Math.max(0, seq - first + 1));
  }

  /** The `seq` of the newest line; 0 when there is none. */
  get lastSeq(): number {
    return this.seq;
  }

  /** Calls `watcher` with every line from now on, until the returned function is called. */
  watch(watcher: (line: JournalLine) => void): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  close(): void {
    if (this.fd === undefined) return;
    closeSync(this.fd);
    this.fd = undefined;
  }
}

/** The `seq` of a file's last whole line (0 when there is none), and whether a kill cut the line after it. */
function readEnd(file: string): { readonly seq: number; readonly isCut: boolean } {
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(fd, tail, 0, tail.length, size - tail.length);
    const lines = tail.toString('utf8').split('\n').reverse();
    const isCut = lines[0] !== '';
    for (const text of lines) {
      const seq = seqOf(text);
      if (seq !== undefined) return { seq, isCut };
    }
    return { seq: 0, isCut };
  } finally {
    closeSync(fd);
  }
}

function seqOf(text: string): number | undefined {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null && 'seq' in line && typeof line.seq === 'number')
      return line.seq;
  } catch {
    // Not a whole line.
  }
  return undefined;
}
