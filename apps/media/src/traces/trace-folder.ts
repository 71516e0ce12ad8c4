import { createHmac, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MaskedWords, newConversation, step, traceHeader, traceLine } from '@parley/conversation';
import type { ConversationEffect, ConversationSettings, TraceEntry } from '@parley/conversation';
import type { Logger } from '@parley/observability';
import type { HeldCall } from '../conversation/call-control.port';

/** What waits for the disk at most, of one call; and the most that one call may write. */
const maxWaitingBytes = 1024 * 1024;
const maxFileBytes = 64 * 1024 * 1024;

export interface TraceChoice {
  /** `failed`: the file of a call that went well is deleted at its end. */
  readonly calls: 'all' | 'failed';
  /** `left_out`: other words stand for those that were said, and nothing leads back to them. */
  readonly words: 'kept' | 'left_out';
}

/** Keeps what each call's conversation heard and did, one file a stint, for `replay` to have it again. */
export class TraceFolder {
  constructor(
    private readonly path: string,
    private readonly choice: TraceChoice,
    private readonly logger: Logger,
  ) {}

  /** Makes the folder where it is missing. */
  async start(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
  }

  /** Begins the file of a call, `<call id>.<stint>.jsonl`. */
  open({ callId, stint }: HeldCall, settings: ConversationSettings): TraceFile {
    const file = new TraceFile(join(this.path, `${callId}.${stint}.jsonl`), this.choice.calls, this.logger);
    file.begin(this.choice.words === 'kept' ? new AsItWas(settings) : new WithoutWords(settings));
    return file;
  }
}

/** What is written of a conversation. */
interface Told {
  readonly settings: ConversationSettings;
  /** The entry as it is to be written; null when the conversation cannot be told any further. */
  entry(entry: TraceEntry): TraceEntry | null;
}

class AsItWas implements Told {
  constructor(readonly settings: ConversationSettings) {}

  entry(entry: TraceEntry): TraceEntry {
    return entry;
  }
}

/** The same conversation in other words: it is held beside the real one, for as long as it takes the same course. */
class WithoutWords implements Told {
  readonly settings: ConversationSettings;
  private readonly masked: MaskedWords;
  private state;

  constructor(settings: ConversationSettings) {
    const secret = randomBytes(32);
    const digest = (word: string) => createHmac('sha256', secret).update(word).digest();
    this.masked = new MaskedWords(settings.language, digest);
    this.settings = this.masked.settings(settings);
    this.state = newConversation(this.settings);
  }

  entry({ atMs, event, effects: meant }: TraceEntry): TraceEntry | null {
    const masked = this.masked.event(event);
    const [state, effects] = step(this.state, masked, atMs);
    this.state = state;
    return courseOf(effects) === courseOf(meant) ? { atMs, event: masked, effects } : null;
  }
}

/** What effects ask for, without the words. */
function courseOf(effects: readonly ConversationEffect[]): string {
  return effects.map((effect) => (effect.type === 'tell' ? `tell ${effect.fact.type}` : effect.type)).join();
}

/**
 * One call's trace on its way to the disk. A call never waits for it: when too much would wait, or the disk fails, the
 * trace ends there, since one with a hole could not be replayed.
 */
export class TraceFile {
  private readonly stream: WriteStream;
  private readonly finished: Promise<void>;
  private told: Told | undefined;
  private writtenBytes = 0;
  private isOver = false;
  private hasFailed = false;

  constructor(
    private readonly path: string,
    private readonly calls: TraceChoice['calls'],
    private readonly logger: Logger,
  ) {
    this.stream = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    this.finished = new Promise((resolve) => this.stream.once('close', resolve));
    this.stream.on('error', (error) => {
      this.isOver = true;
      // Never that of another run, which stands in the way.
      this.hasFailed = true;
      logger.warn({ err: error }, 'trace not written');
    });
  }

  begin(told: Told): void {
    this.told = told;
    this.write(traceHeader(told.settings));
  }

  readonly record = (entry: TraceEntry): void => {
    this.hasFailed ||= entry.effects.some(isFailure);
    if (this.isOver || !this.told) return;
    const told = this.tell(entry);
    if (told) this.write(traceLine(told));
    else {
      this.isOver = true;
      this.logger.info('the words decide: the trace without them ends here');
    }
  };

  /** Resolves when all that was taken is in the file, or the file has failed, or is deleted. */
  async close(): Promise<void> {
    this.isOver = true;
    this.stream.end();
    await this.finished;
    if (this.calls === 'failed' && !this.hasFailed) await rm(this.path, { force: true });
  }

  private tell(entry: TraceEntry): TraceEntry | null {
    try {
      return this.told?.entry(entry) ?? null;
    } catch {
      // A conversation that throws throws in other words too; the call deals with it.
      return null;
    }
  }

  private write(line: string): void {
    if (this.isOver) return;
    this.writtenBytes += line.length;
    this.isOver = this.stream.writableLength > maxWaitingBytes || this.writtenBytes > maxFileBytes;
    if (!this.isOver) this.stream.write(line);
  }
}

function isFailure(effect: ConversationEffect): boolean {
  if (effect.type === 'finish') return effect.reason === 'provider_failed';
  return effect.type === 'tell' && effect.fact.type === 'problem';
}
