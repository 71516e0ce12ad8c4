import type { ConversationEffect, ConversationFact, FinishReason } from '../effects';
import type { ConversationEvent } from '../events';
import type { ConversationSettings } from '../settings';
import { SimulatedCall, simulatedStartMs } from '../testing';
import type { ScriptedReply, ScriptedSpeech, SimulatedTimes } from '../testing';

/** Something that happens in a call; it may let time pass. */
export type Happening = (call: SimulatedCall) => void;

type TurnMetrics = Extract<ConversationFact, { type: 'turn_metrics' }>;

/** One named situation: what happens in a call, and all that must come of it. Times are ms since the call's start. */
export interface Situation {
  readonly name: string;
  /** Where it was learned: a complaint, a peer's test, a rule of ours. */
  readonly source: string;
  readonly settings?: Partial<ConversationSettings>;
  readonly times?: Partial<SimulatedTimes>;
  /** The model's replies, in the order in which it is asked. */
  readonly replies?: readonly (string | ScriptedReply)[];
  readonly speeches?: readonly ScriptedSpeech[];
  readonly refusals?: SimulatedCall['refusals'];
  /** In order. The call has started. */
  readonly course: readonly Happening[];
  readonly expected: Expected;
}

/** Only what is given is looked at, each part whole. */
export interface Expected {
  /** As on record: `HUMAN: …` and `BOT: …`; a `-` ends what was cut. */
  readonly transcript?: readonly string[];
  /** The words that the carrier has played. */
  readonly heard?: string;
  /** The last message of each request to the model. */
  readonly asked?: readonly string[];
  /** The texts that speech was asked for. */
  readonly spoken?: readonly string[];
  /** When effects of these kinds were wanted. An empty list: never. */
  readonly effects?: Partial<Record<ConversationEffect['type'], readonly number[]>>;
  readonly problems?: readonly string[];
  readonly finished?: FinishReason | null;
  /** Of each turn's metrics the fields that matter here. */
  readonly metrics?: readonly Partial<TurnMetrics>[];
  /** Facts of actions, as `action_type: success`. */
  readonly actions?: readonly string[];
}

/** Has a situation happen; gives what came of it, in the shape of what is expected of it. */
export function played(situation: Situation): { readonly call: SimulatedCall; readonly came: Expected } {
  const call = new SimulatedCall(situation.settings, situation.times)
    .willReply(...(situation.replies ?? []))
    .willSpeak(...(situation.speeches ?? []));
  call.refusals = situation.refusals ?? {};
  call.start();
  for (const happening of situation.course) happening(call);
  const { expected } = situation;
  const all: Required<Expected> = {
    transcript: call.transcript,
    heard: call.carrier.heardText(call.nowMs),
    asked: call.requests.map(({ messages }) => messages.at(-1)?.content ?? ''),
    spoken: call.effectsOf('request_speech').map(({ text }) => text),
    effects: timesOf(call, expected.effects ?? {}),
    problems: call.problems,
    finished: call.finished?.reason ?? null,
    metrics: metricsOf(call, expected.metrics ?? []),
    actions: call.facts.flatMap((fact) =>
      fact.type === 'action_finished' ? [`${fact.action_type}: ${String(fact.output['success'])}`] : [],
    ),
  };
  const looked = Object.keys(expected) as (keyof Expected)[];
  return { call, came: Object.fromEntries(looked.map((part) => [part, all[part]])) };
}

/** A call's events and effects as lines, to be read where an expectation was not met. */
export function courseOf(call: SimulatedCall): string {
  const lines = [
    ...call.events.map(({ atMs, event }) => ({ atMs, line: `  → ${describe(event)}` })),
    ...call.effects.map(({ atMs, effect }) => ({ atMs, line: `      ${describe(effect)}` })),
  ];
  return lines
    .filter(({ line }) => !/wake_at|tick/.test(line))
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, line }) => `${String(atMs - simulatedStartMs).padStart(7)}${line}`)
    .join('\n');
}

function describe({ type, ...rest }: ConversationEvent | ConversationEffect): string {
  const { request, ...fields } = rest as { request?: { messages: readonly { content: string }[] } };
  const asked = request ? ` "${request.messages.at(-1)?.content ?? ''}"` : '';
  return `${type}${asked} ${JSON.stringify(fields)}`.slice(0, 160);
}

function timesOf(
  call: SimulatedCall,
  wanted: NonNullable<Expected['effects']>,
): NonNullable<Expected['effects']> {
  const kinds = Object.keys(wanted) as ConversationEffect['type'][];
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      call.effects.flatMap(({ atMs, effect }) => (effect.type === kind ? [atMs - simulatedStartMs] : [])),
    ]),
  );
}

function metricsOf(call: SimulatedCall, wanted: readonly Partial<TurnMetrics>[]): Partial<TurnMetrics>[] {
  const told = call.facts.flatMap((fact) => (fact.type === 'turn_metrics' ? [fact] : []));
  return told.map((fact, index) => {
    const fields = Object.keys(wanted[index] ?? fact) as (keyof TurnMetrics)[];
    return Object.fromEntries(fields.map((field) => [field, fact[field]]));
  });
}
