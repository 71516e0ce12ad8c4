import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { traceHeader, traceLine } from '@parley/conversation';
import type { ConversationSettings, TraceEntry } from '@parley/conversation';
import type { Logger } from '@parley/observability';
import type { HeldCall } from '../conversation/call-control.port';

/** What waits for the disk at most, of one call; and the most that one call may write. */
const maxWaitingBytes = 1024 * 1024;
const maxFileBytes = 64 * 1024 * 1024;

/** Keeps what each call's conversation hears, one file a stint, for `replay` to have it again. Holds what callers say. */
export class TraceFolder {
  constructor(
    private readonly path: string,
    private readonly logger: Logger,
  ) {}

  /** Makes the folder where it is missing. */
  async start(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
  }

  /** Begins the file of a call, `<call id>.<stint>.jsonl`. */
  open({ callId, stint }: HeldCall, settings: ConversationSettings): TraceFile {
    return new TraceFile(join(this.path, `${callId}.${stint}.jsonl`), settings, this.logger);
  }
}

/**
 * One call's trace on its way to the disk. A call never waits for it: when too much would wait, or the disk fails, the
 * trace ends there, since one with a hole could not be replayed.
 */
export class TraceFile {
  private readonly stream: WriteStream;
  private readonly finished: Promise<void>;
  private writtenBytes = 0;
  private isOver = false;

  constructor(path: string, settings: ConversationSettings, logger: Logger) {
    this.stream = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    this.finished = new Promise((resolve) => this.stream.once('close', resolve));
    this.stream.on('error', (error) => {
      this.isOver = true;
      logger.warn({ err: error }, 'trace not written');
    });
    this.write(traceHeader(settings));
  }

  readonly record = (entry: TraceEntry): void => this.write(traceLine(entry));

  /** Resolves when all that was taken is in the file, or the file has failed. */
  async close(): Promise<void> {
    this.isOver = true;
    this.stream.end();
    await this.finished;
  }

  private write(line: string): void {
    if (this.isOver) return;
    this.writtenBytes += line.length;
    this.isOver = this.stream.writableLength > maxWaitingBytes || this.writtenBytes > maxFileBytes;
    if (!this.isOver) this.stream.write(line);
  }
}
