import type { LanguageModel, ReplyEvent, ReplyRequest } from '@parley/conversation';
import { AppError, RecentMap, StreamGuard, SystemClock } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import OpenAI, { APIConnectionError, APIError } from 'openai';
import { apiAddress, newClient } from './openai-client';
import { chatRequest, SpareField, spareFields } from './chat-request';
import { ModelConnection } from './model-connection';
import { translateError } from './openai-errors';
import { ReplyReader } from './reply-reader';

export interface OpenAiOptions {
  readonly apiKey: string;
  /** With the path of the API's version: `https://api.openai.com/v1`, or any server that speaks its chat API. */
  readonly baseUrl?: string;
  /** The model of agents that name none. At Azure, the name of a deployment. */
  readonly model: string;
  /** The server is Azure OpenAI, at the address of the resource. `apiVersion`: null speaks its v1 API. */
  readonly azure?: { readonly apiVersion: string | null };
  readonly connectTimeoutMs?: number;
  /** From the request to the first word or tool call. */
  readonly firstTokenTimeoutMs?: number;
  /** The longest gap within a reply. */
  readonly stallTimeoutMs?: number;
  readonly clock?: Clock;
  readonly logger: Logger;
}

const rehearsal =
  'data: {"choices":[{"index":0,"delta":{"content":"Hi."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

/** Models whose refused fields are remembered; agents name what they like. */
const mostRefusing = 200;

type Chunks = AsyncIterator<OpenAI.Chat.ChatCompletionChunk>;

/** Of a call's arguments: a third of a second's, of a slow model. */
const CHARS_PER_SIGN_OF_LIFE = 16;

/** How long the rest of a finished reply (usage, `[DONE]`) is waited for, so that its connection can be kept. */
const REST_TIMEOUT_MS = 1000;

/**
 * Replies of a chat model through OpenAI's own SDK, or of any server that speaks the same API. Connections are kept
 * and shared by all calls. A request that fails before any answer is sent once more; a field that the server refuses
 * and a reply can do without is left out from then on; both within the one deadline for the first word. Beside the
 * port's codes: `MODEL.REJECTED` (unknown model, wrong tools, too long).
 */
export class OpenAiModel implements LanguageModel {
  readonly name: string;
  private readonly client: OpenAI;
  private readonly connection: ModelConnection;
  private readonly clock: Clock;
  private readonly model: string;
  private readonly firstTokenTimeoutMs: number;
  private readonly stallTimeoutMs: number;
  private readonly logger: Logger;
  private rehearsed: Promise<void> | undefined;
  private readonly refusedFields = new RecentMap<string, ReadonlySet<SpareField>>(mostRefusing);

  constructor(
    private readonly options: OpenAiOptions,
    connection?: ModelConnection,
  ) {
    this.name = options.azure ? 'azure' : 'openai';
    this.model = options.model;
    this.firstTokenTimeoutMs = options.firstTokenTimeoutMs ?? 3000;
    this.stallTimeoutMs = options.stallTimeoutMs ?? 2000;
    this.logger = options.logger;
    this.clock = options.clock ?? new SystemClock();
    this.connection =
      connection ??
      new ModelConnection(apiAddress(options), options.connectTimeoutMs ?? 1500, options.logger);
    // The guard's deadline comes first; the SDK's own covers the time to the headers only.
    this.client = newClient(options, this.connection.fetch, this.firstTokenTimeoutMs + 1000);
  }

  /** The same server asked with a key of its own, over the connections of this one. Nothing of it needs closing. */
  forAccount(apiKey: string): OpenAiModel {
    return new OpenAiModel({ ...this.options, apiKey }, this.connection);
  }

  async *reply(request: ReplyRequest, signal: AbortSignal): AsyncGenerator<ReplyEvent> {
    if (signal.aborted) return;
    const guard = new StreamGuard(signal, this.clock);
    const reader = new ReplyReader();
    let chunks: Chunks | undefined;
    let finished = false;
    let nextSignAt = 0;
    try {
      guard.expect(this.firstTokenTimeoutMs, () =>
        late('MODEL.TIMEOUT', 'The model said nothing in time.', this.firstTokenTimeoutMs),
      );
      chunks = await this.open(request, guard);
      while (!finished) {
        const next = await chunks.next();
        if (next.done) throw new AppError('unavailable', 'MODEL.INCOMPLETE', 'The reply has no end.');
        const events = reader.read(next.value);
        if (!reader.started) continue;
        // No deadline runs while the consumer has the events.
        guard.rest();
        finished = events.some((event) => event.type === 'finished');
        yield* events;
        if (events.length === 0 && reader.writtenChars >= nextSignAt) {
          nextSignAt = reader.writtenChars + CHARS_PER_SIGN_OF_LIFE;
          yield { type: 'text', text: '' };
        }
        guard.expect(this.stallTimeoutMs, () =>
          late('MODEL.STALLED', 'The reply stopped in the middle.', this.stallTimeoutMs),
        );
      }
    } catch (error) {
      if (guard.endedByCaller) return;
      throw guard.failure ?? translateError(error, chunks !== undefined, request.tools);
    } finally {
      if (finished && chunks) void this.readRest(chunks, reader, guard);
      else guard.close();
    }
  }

  /** Opens a connection unless one is free; the first time it also lets the SDK's code run once. Never throws. */
  warm(): void {
    this.connection.warm();
    this.rehearsed ??= this.rehearse();
  }

  /** Ends every request and closes every connection. */
  async close(): Promise<void> {
    await this.connection.close();
  }

  /** The SDK loads and compiles its parts with their first use: 20–100 ms that the first caller would wait. */
  private async rehearse(): Promise<void> {
    const fetch = () =>
      Promise.resolve(new Response(rehearsal, { headers: { 'content-type': 'text/event-stream' } }));
    const request = {
      messages: [{ role: 'user', content: '' }],
      tools: [],
      temperature: 0,
      model: null,
    } as const;
    const reader = new ReplyReader();
    try {
      const { chat } = newClient(this.options, fetch, this.firstTokenTimeoutMs);
      const stream = await chat.completions.create(chatRequest(request, this.model, new Set()));
      for await (const chunk of stream) reader.read(chunk);
    } catch (error) {
      this.logger.debug({ err: error }, 'rehearsing a reply failed');
    }
  }

  private async open(request: ReplyRequest, guard: StreamGuard): Promise<Chunks> {
    const named = request.model ?? this.model;
    // There it becomes a part of the path.
    const model = this.options.azure?.apiVersion ? encodeURIComponent(named) : named;
    const omitted = new Set(this.refusedFields.get(model));
    for (let networkFailures = 0; ;) {
      try {
        const params = chatRequest(request, model, omitted);
        const stream = await this.client.chat.completions.create(params, { signal: guard.signal });
        this.noteRefused(model, omitted);
        return stream[Symbol.asyncIterator]();
      } catch (error) {
        if (guard.signal.aborted) throw error;
        const field = refusedField(error, omitted);
        if (field) omitted.add(field);
        else if (!(error instanceof APIConnectionError) || networkFailures++ > 0) throw error;
      }
    }
  }

  /** Only what has helped is kept: a complaint about something else may name a field, too. */
  private noteRefused(model: string, omitted: ReadonlySet<SpareField>): void {
    if (omitted.size === (this.refusedFields.get(model)?.size ?? 0)) return;
    this.refusedFields.set(model, omitted);
    this.logger.info({ model, fields: [...omitted] }, 'the model refuses fields, left out from now on');
  }

  /** Reads what follows the end of a reply: dropping it would cost the connection. */
  private async readRest(chunks: Chunks, reader: ReplyReader, guard: StreamGuard): Promise<void> {
    guard.expect(REST_TIMEOUT_MS, () => late('MODEL.STALLED', 'The end did not come.', REST_TIMEOUT_MS));
    try {
      for (;;) {
        const next = await chunks.next();
        if (next.done) break;
        reader.read(next.value);
      }
      if (reader.usage) this.logger.debug({ usage: reader.usage }, 'reply used');
    } catch (error) {
      this.logger.debug({ err: error }, 'what followed a whole reply was lost');
    } finally {
      guard.close();
    }
  }
}

/** The field that a 400 names, if a reply can do without it and it was sent. */
function refusedField(error: unknown, refused: ReadonlySet<SpareField>): SpareField | undefined {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return undefined;
  const said = error.param ?? error.message;
  return spareFields.find((field) => !refused.has(field) && wordsOf(said).includes(field));
}

/** A tool may be called `set_temperature`. */
function wordsOf(text: string): readonly string[] {
  return text.match(/\w+/g) ?? [];
}

function late(code: string, message: string, timeoutMs: number): AppError {
  return new AppError('timeout', code, message, { details: { timeoutMs } });
}
