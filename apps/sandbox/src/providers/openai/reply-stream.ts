import type { ServerResponse } from 'node:http';
import type { FaultName } from '../../faults';
import type { ModelEntries } from '../../journal';
import { AnswerTimer } from '../answer-timer';
import { ProviderOptions, sendJson } from '../provider-server';
import type { ChatBody } from './chat-body';
import { ReplyTokens, replyTokens, wholeMessage } from './chat-chunks';
import type { ScriptedReply } from './choose-reply';

/** One request that is being answered. */
export interface ReplyJob {
  readonly number: number;
  /** Which request this is for the faults. */
  readonly faultIndex: number;
  /** Whose API was asked, for the faults. */
  readonly vendor: string;
  readonly body: ChatBody;
  readonly reply: ScriptedReply;
  readonly arrivedAtMs: number;
  readonly promptTokens: number;
}

type BreakingFault = Extract<FaultName<'model'>, 'stall' | 'reset' | 'garbage' | 'cut'>;

const breakingFaults: readonly BreakingFault[] = ['stall', 'reset', 'garbage', 'cut'];
const SLOW_MS = 10_000;

/** Answers one chat completion at the script's pace, with the faults that strike it. */
export class ReplyStream {
  private readonly timer: AnswerTimer;
  private readonly callId: string;
  private readonly reply: ScriptedReply;
  private readonly parts: ReplyTokens;
  private breaking: BreakingFault | undefined;
  private sent = 0;
  private beganAtMs = 0;

  constructor(
    private readonly options: ProviderOptions<ModelEntries>,
    private readonly response: ServerResponse,
    private readonly job: ReplyJob,
  ) {
    this.timer = new AnswerTimer(options.clock);
    this.callId = `call_${job.number}`;
    this.reply = this.strike('empty') ? { ...job.reply, text: '', tool: null } : job.reply;
    this.parts = replyTokens(this.reply, this.callId);
  }

  start(): void {
    const { response, job, reply } = this;
    response.on('close', () => {
      this.timer.stop();
      if (!response.writableFinished)
        this.options.journal.write('aborted', { request: job.number, afterMs: this.tookMs() });
    });
    const slowMs = this.strike('slowFirstByteMs')?.number(SLOW_MS) ?? 0;
    this.breaking = breakingFaults.find((name) => this.strike(name));
    if (job.body.stream) {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        'x-request-id': `req_${job.number}`,
      });
      // The real server says the role at once as well.
      this.send([this.parts.role]);
      this.timer.next(reply.firstTokenMs + slowMs, () => this.sendFirst());
      return;
    }
    const tokensMs = (this.parts.tokens.length / reply.tokensPerSecond) * 1000;
    this.timer.next(reply.firstTokenMs + slowMs + tokensMs, () => this.sendWhole());
  }

  private sendFirst(): void {
    const { clock, journal } = this.options;
    this.beganAtMs = clock.monotonicMs();
    journal.write('first_token', { request: this.job.number, afterMs: this.tookMs() });
    this.sendDue();
  }

  /** Sends the tokens whose time has come: a timer for each would cost more than the token. */
  private sendDue(): void {
    const { tokens } = this.parts;
    const tokenMs = 1000 / this.reply.tokensPerSecond;
    const due = Math.floor((this.options.clock.monotonicMs() - this.beganAtMs) / tokenMs) + 1;
    for (const until = Math.min(due, tokens.length); this.sent < until; this.sent++) {
      this.send([tokens[this.sent]]);
      if (this.sent === this.parts.firstClauseEnd)
        this.options.journal.write('clause_sent', { request: this.job.number });
      if (this.breaking) {
        this.break(this.breaking);
        return;
      }
    }
    if (this.sent === tokens.length) {
      this.finish();
      return;
    }
    const nextAtMs = this.beganAtMs + this.sent * tokenMs;
    this.timer.next(Math.max(1, nextAtMs - this.options.clock.monotonicMs()), () => this.sendDue());
  }

  private break(fault: BreakingFault): void {
    const { response } = this;
    if (fault === 'reset') this.timer.next(10, () => void response.socket?.resetAndDestroy());
    else if (fault === 'garbage') response.end('data: \u0000{not json at all\n\ndata: [DONE]\n\n');
    else if (fault === 'cut') response.end();
  }

  private finish(): void {
    this.send([this.parts.end]);
    if (this.job.body.stream_options?.include_usage) this.send([], this.usage());
    this.response.end('data: [DONE]\n\n');
    this.writeReply();
  }

  private sendWhole(): void {
    const { response, breaking } = this;
    if (breaking === 'stall') return;
    if (breaking === 'reset') return void response.socket?.resetAndDestroy();
    if (breaking) return void response.end('{"id":');
    const choices = [wholeMessage(this.reply, this.callId)];
    sendJson(response, 200, { ...this.head('chat.completion'), choices, usage: this.usage() });
    this.writeReply();
  }

  private send(choices: readonly unknown[], usage?: unknown): void {
    const wantsUsage = this.job.body.stream_options?.include_usage === true;
    const chunk = {
      ...this.head('chat.completion.chunk'),
      choices,
      ...(wantsUsage && { usage: usage ?? null }),
    };
    this.response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }

  private head(object: string): object {
    return {
      id: `chatcmpl-${this.job.number}`,
      object,
      created: Math.floor(this.job.arrivedAtMs / 1000),
      model: this.job.body.model,
      system_fingerprint: 'fp_sandbox',
    };
  }

  private usage(): object {
    const { promptTokens } = this.job;
    const completion = this.parts.tokens.length;
    return {
      prompt_tokens: promptTokens,
      completion_tokens: completion,
      total_tokens: promptTokens + completion,
    };
  }

  private writeReply(): void {
    const { rule, text, tool } = this.reply;
    const fields = { request: this.job.number, rule, text, tool: tool?.name ?? null, tookMs: this.tookMs() };
    this.options.journal.write('reply', fields);
  }

  private tookMs(): number {
    return this.options.clock.nowMs() - this.job.arrivedAtMs;
  }

  private strike(name: FaultName<'model'>) {
    const fault = this.options.faults.take('model', name, this.job.faultIndex, this.job.vendor);
    if (fault)
      this.options.journal.write('fault', { fault: name, request: this.job.number, value: fault.value });
    return fault;
  }
}
