import type { ReplyEvent, ToolCall } from '@parley/conversation';
import { AppError, newId } from '@parley/kernel';
import type OpenAI from 'openai';

type Chunk = OpenAI.Chat.ChatCompletionChunk;
type Choice = Chunk['choices'][number];
type Delta = Choice['delta'];
type CallPiece = NonNullable<Delta['tool_calls']>[number];
type Finished = Extract<ReplyEvent, { type: 'finished' }>;

interface CallInProgress {
  readonly index: number;
  id: string;
  name: string;
  arguments: string;
}

/** More than anybody takes of one call's arguments: the rest is left. */
const MOST_ARGUMENT_CHARS = 32_768;

/**
 * Puts a reply together from its chunks. Pieces of a tool call are joined by their index: its id and name come with
 * the first piece only. Compatible servers leave out index or id, give each call the same index, or write the arguments
 * as an object. A call is whole when the next one begins or the reply ends. A refusal is text like any other.
 */
export class ReplyReader {
  private call: CallInProgress | undefined;
  private callsSeen = 0;
  private begun = false;
  private argumentChars = 0;
  private lastUsage: OpenAI.CompletionUsage | undefined;

  /** True from the first text or tool call on. The chunk that only names the role does not count. */
  get started(): boolean {
    return this.begun;
  }

  /** How much of tool calls' arguments was kept so far: while it grows, the model is at work. */
  get writtenChars(): number {
    return this.argumentChars;
  }

  /** What the reply cost; known, if at all, after `finished`. */
  get usage(): OpenAI.CompletionUsage | undefined {
    return this.lastUsage;
  }

  /** @throws MODEL.INCOMPLETE when a tool call has no name. */
  read(chunk: Chunk): ReplyEvent[] {
    if (chunk.usage) this.lastUsage = chunk.usage;
    const events: ReplyEvent[] = [];
    // Compatible servers leave these out, whatever the types say.
    const choice = (chunk.choices as Choice[] | undefined)?.[0];
    if (!choice) return events;
    const delta = choice.delta as Delta | null | undefined;
    for (const text of [delta?.content, delta?.refusal]) {
      if (typeof text !== 'string' || text === '') continue;
      this.begun = true;
      events.push({ type: 'text', text });
    }
    for (const piece of delta?.tool_calls ?? []) this.addPiece(piece, events);
    if (choice.finish_reason) this.finish(choice.finish_reason, events);
    return events;
  }

  private addPiece(piece: CallPiece, events: ReplyEvent[]): void {
    this.begun = true;
    if (!this.call || this.isNext(piece, this.call)) {
      this.endCall(events);
      this.call = { index: indexOf(piece) ?? this.callsSeen, id: '', name: '', arguments: '' };
      this.callsSeen++;
    }
    if (piece.id) this.call.id ||= piece.id;
    if (piece.function?.name) this.call.name ||= piece.function.name;
    const written = argumentsOf(piece).slice(0, MOST_ARGUMENT_CHARS - this.call.arguments.length);
    this.call.arguments += written;
    this.argumentChars += written.length;
  }

  private isNext(piece: CallPiece, call: CallInProgress): boolean {
    const index = indexOf(piece);
    if (index !== undefined && index !== call.index) return true;
    if (piece.id) return call.id !== '' && piece.id !== call.id;
    // Some servers repeat the name with every piece.
    return Boolean(piece.function?.name) && isJson(call.arguments);
  }

  private finish(reason: string, events: ReplyEvent[]): void {
    this.begun = true;
    const finished: Finished['reason'] =
      reason === 'length' || reason === 'content_filter' || reason === 'tool_calls' ? reason : 'stop';
    // A reply that was cut off may have been cut off within the arguments.
    if (finished === 'length' || finished === 'content_filter') {
      if (this.call && !isJson(this.call.arguments)) this.call = undefined;
    }
    this.endCall(events);
    events.push({
      type: 'finished',
      reason: finished === 'stop' && this.callsSeen > 0 ? 'tool_calls' : finished,
    });
  }

  private endCall(events: ReplyEvent[]): void {
    const { call } = this;
    this.call = undefined;
    if (!call) return;
    if (!call.name) throw new AppError('unavailable', 'MODEL.INCOMPLETE', 'A tool call has no name.');
    const whole: ToolCall = {
      // It may be all that tells two effects of one conversation apart.
      id: call.id || `call_${newId()}`,
      name: call.name,
      arguments: call.arguments,
    };
    events.push({ type: 'tool_call', call: whole });
  }
}

function indexOf(piece: CallPiece): number | undefined {
  return typeof piece.index === 'number' ? piece.index : undefined;
}

function argumentsOf(piece: CallPiece): string {
  const given = piece.function?.arguments as unknown;
  if (typeof given === 'string') return given;
  return typeof given === 'object' && given !== null ? JSON.stringify(given) : '';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
