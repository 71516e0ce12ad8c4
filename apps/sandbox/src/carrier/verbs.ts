import { dtmfMulaw, encodeMulaw } from '@parley/audio';
import type { Clock } from '@parley/kernel';
import type { CarrierEntries, Journal, WebhookPurpose } from '../journal';
import type { Voice } from '../voice';
import type { CallLeg } from './call-leg';
import { announce } from './line-audio';
import type { MediaStream, StreamEnd } from './media-stream';
import type { ActionUrl, DialNoun, StreamNoun, Verb } from './twiml';

/** Where a call goes on: a document to ask for, or one that is here already. */
export type NextDocument =
  | {
      readonly from: 'url';
      readonly target: ActionUrl;
      readonly purpose: WebhookPurpose;
      readonly extra: Readonly<Record<string, string>>;
    }
  | { readonly from: 'text'; readonly twiml: string; readonly baseUrl: string };

/** What a verb leads to: the verb after it, another document, or the end of the call. */
export type VerbOutcome = 'next' | { readonly end: 'completed' | 'busy' } | NextDocument;

export interface DialResult {
  readonly status: string;
  readonly callSid: string;
  readonly durationS: number;
  readonly bridged: boolean;
}

/** What verbs need of the call that they run in. */
export interface VerbContext {
  readonly clock: Clock;
  readonly journal: Journal<CarrierEntries>;
  readonly voice: Voice;
  readonly leg: CallLeg;
  readonly baseUrl: string;
  /** Aborted when the call ends or another document takes over. */
  readonly signal: AbortSignal;
  makeStream(noun: StreamNoun): MediaStream;
  dial(noun: DialNoun, signal: AbortSignal): Promise<DialResult>;
}

/** Runs one verb to its end. */
export async function runVerb(verb: Verb, context: VerbContext): Promise<VerbOutcome> {
  context.journal.write('twiml_verb', {
    callSid: context.leg.sid,
    verb: verb.verb,
    attributes: attributesOf(verb),
  });
  // Any verb but these two answers a call that still rings.
  if (verb.verb !== 'Reject' && verb.verb !== 'Redirect') context.leg.pickUp();
  switch (verb.verb) {
    case 'Connect':
      return connect(verb, context);
    case 'Dial':
      return dial(verb, context);
    case 'Say':
      return say(verb.text, verb.loop, context);
    case 'Play':
      // W waits a second, w half of one.
      return play(Buffer.from(dtmfMulaw(verb.digits.replaceAll('W', 'ww'))), context);
    case 'Pause':
      await pause(verb.lengthS * 1000, context);
      return 'next';
    case 'Redirect':
      return { from: 'url', target: resolveUrl(verb.to, context.baseUrl), purpose: 'redirect', extra: {} };
    case 'Reject':
      return { end: 'busy' };
    case 'Hangup':
      return { end: 'completed' };
  }
}

async function connect(verb: Verb & { verb: 'Connect' }, context: VerbContext): Promise<VerbOutcome> {
  const { line } = context.leg;
  if (!line) return 'next';
  const stream = context.makeStream(verb.stream);
  const stop = () => stream.stop();
  context.signal.addEventListener('abort', stop);
  let end: StreamEnd = 'refused';
  if (!context.signal.aborted && (await stream.open())) {
    const detach = line.attach(stream, stream);
    end = await stream.ended;
    detach();
  }
  context.signal.removeEventListener('abort', stop);
  const failed = end === 'refused' || end === 'bad_frame';
  return follow(verb.action, 'connect-action', context, {
    StreamSid: stream.streamSid,
    ...(failed && { StreamEvent: 'stream-error' }),
  });
}

async function dial(verb: Verb & { verb: 'Dial' }, context: VerbContext): Promise<VerbOutcome> {
  const result = await context.dial(verb.dial, context.signal);
  return follow(verb.action, 'dial-action', context, {
    DialCallStatus: result.status,
    DialCallSid: result.callSid,
    DialBridged: String(result.bridged),
    ...(result.bridged && { DialCallDuration: String(result.durationS) }),
  });
}

async function say(text: string, loop: number, context: VerbContext): Promise<VerbOutcome> {
  const { samples } = await context.voice.speak(text);
  const mulaw = Buffer.from(encodeMulaw(samples));
  for (let turn = 0; turn < Math.max(1, loop) && !context.signal.aborted; turn++) await play(mulaw, context);
  return 'next';
}

async function play(mulaw: Buffer, context: VerbContext): Promise<VerbOutcome> {
  if (context.leg.line) await announce(context.leg.line, mulaw, context.signal);
  return 'next';
}

function pause(delayMs: number, context: VerbContext): Promise<void> {
  if (context.signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      context.signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = context.clock.after(delayMs, finish);
    context.signal.addEventListener('abort', finish);
  });
}

function follow(
  action: ActionUrl | null,
  purpose: WebhookPurpose,
  context: VerbContext,
  extra: Readonly<Record<string, string>>,
): VerbOutcome {
  return action ? { from: 'url', target: resolveUrl(action, context.baseUrl), purpose, extra } : 'next';
}

function resolveUrl(target: ActionUrl, baseUrl: string): ActionUrl {
  const url = URL.canParse(target.url, baseUrl) ? new URL(target.url, baseUrl).href : target.url;
  return { url: URL.canParse(target.url) ? target.url : url, method: target.method };
}

function attributesOf(verb: Verb): Record<string, string> {
  switch (verb.verb) {
    case 'Connect':
      return { url: verb.stream.url, ...(verb.action && { action: verb.action.url }) };
    case 'Dial':
      return {
        number: verb.dial.to,
        timeout: String(verb.dial.timeoutS),
        ...(verb.dial.callerId !== null && { callerId: verb.dial.callerId }),
        ...(verb.action && { action: verb.action.url }),
      };
    case 'Say':
      return { text: verb.text };
    case 'Play':
      return { digits: verb.digits };
    case 'Pause':
      return { length: String(verb.lengthS) };
    case 'Redirect':
      return { url: verb.to.url };
    case 'Reject':
      return { reason: verb.reason };
    case 'Hangup':
      return {};
  }
}
