import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Journal, ModelEntries, TranscriberEntries } from '../../journal';
import { parseJson, ProviderOptions, ProviderServer, readBody, sendJson } from '../provider-server';
import { SessionDoor } from '../session-door';
import { chatBody, ChatRefusal, conversationFault, refusal, schemaFault } from './chat-body';
import { tokensOf } from './chat-chunks';
import { chatRoute } from './chat-route';
import { chooseReply, lastUserText } from './choose-reply';
import { realtimeKind } from './realtime-kind';
import { ReplyJob, ReplyStream } from './reply-stream';

const NOTE = 'This is not a language model: it answers by the rules of a script.';
const MODEL = 'scripted';

export interface OpenAiProviderOptions extends ProviderOptions<ModelEntries> {
  /** With it speech is transcribed as well. */
  readonly transcriberJournal?: Journal<TranscriberEntries>;
}

/**
 * OpenAI's chat completions by the rules of a script: `POST [/v1]/chat/completions`, streamed or whole, and
 * `GET [/v1]/models`; the same as Azure OpenAI has it. Transcription is the
 * WebSocket `[/v1]/realtime?intent=transcription`.
 */
export class OpenAiProvider {
  private readonly server: ProviderServer;
  private readonly door: SessionDoor | undefined;
  private requests = 0;

  constructor(private readonly options: OpenAiProviderOptions) {
    this.server = new ProviderServer(options, (request, response) => {
      response.on('error', (error) => options.logger.debug({ err: error }, 'model answer broke off'));
      this.answer(request, response).catch((error: unknown) => {
        options.logger.error({ err: error }, 'the model could not answer');
        response.destroy();
      });
    });
    if (options.transcriberJournal) {
      const hearing = { ...options, journal: options.transcriberJournal };
      this.door = new SessionDoor(hearing, [realtimeKind(hearing)], this.server);
    }
  }

  /** Resolves to the port. */
  async start(): Promise<number> {
    this.options.journal.write('started', { note: NOTE });
    this.options.logger.info(NOTE);
    return this.server.start();
  }

  async close(): Promise<void> {
    this.door?.close();
    await this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { vendor, route, key } = chatRoute(request);
    const known = key !== undefined && (this.options.apiKey === undefined || key === this.options.apiKey);
    if (route === 'GET /models') {
      if (!known) {
        sendJson(response, 401, refusal(401));
        return;
      }
      const models = [{ id: MODEL, object: 'model', created: 0, owned_by: 'sandbox' }];
      sendJson(response, 200, { object: 'list', data: models });
      return;
    }
    if (route !== 'POST /chat/completions') {
      sendJson(response, 404, refusal(404));
      return;
    }
    const number = ++this.requests;
    const faultIndex = this.options.faults.nextIndex('model');
    const arrivedAtMs = this.options.clock.nowMs();
    const text = await readBody(request);
    if (!known) {
      this.refuse(response, number, 401);
      return;
    }
    const status = this.options.faults.take('model', 'status', faultIndex, vendor);
    if (status) {
      this.options.journal.write('fault', { fault: 'status', request: number, value: status.value });
      this.refuse(response, number, status.number(500));
      return;
    }
    const body = chatBody.safeParse(parseJson(text));
    if (!body.success) {
      const issue = body.error.issues[0];
      this.refuse(response, number, 400, refusal(400, issue?.path.join('.') ?? null, issue?.message));
      return;
    }
    const wrong = conversationFault(body.data) ?? schemaFault(body.data);
    if (wrong) {
      this.refuse(response, number, 400, wrong);
      return;
    }
    this.reply(response, { number, faultIndex, vendor, body: body.data, arrivedAtMs });
  }

  private refuse(response: ServerResponse, number: number, status: number, body?: ChatRefusal): void {
    this.options.journal.write('refused', { request: number, status });
    const retry = status === 429 ? { 'retry-after': '1', 'retry-after-ms': '1000' } : undefined;
    sendJson(response, status, body ?? refusal(status), { 'x-request-id': `req_${number}`, ...retry });
  }

  private reply(response: ServerResponse, arrival: Omit<ReplyJob, 'reply' | 'promptTokens'>): void {
    const { body } = arrival;
    const { script, journal } = this.options;
    const lastUser = lastUserText(body);
    journal.write('request', {
      request: arrival.number,
      model: body.model,
      messages: body.messages.length,
      lastUser,
      tools: (body.tools ?? []).map((tool) => tool.function.name),
    });
    const { model, delays } = script.current;
    const reply = chooseReply(body, model, delays);
    const promptTokens = body.messages.flatMap((message) => tokensOf(JSON.stringify(message))).length;
    new ReplyStream(this.options, response, { ...arrival, reply, promptTokens }).start();
  }
}
