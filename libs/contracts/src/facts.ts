import { z } from 'zod';
import { epochMs, uuid } from './fields';

/**
 * What `media` tells of a live call. A fact is (call, stint, n): a stint is one attachment of one media process to the
 * call, n counts from 1 within it; the triple is its message id.
 */
export const factBody = z.discriminatedUnion('type', [
  /** One thing said. For the agent: what was heard of it, told once it was played or cut. */
  z.object({
    type: z.literal('message'),
    sender: z.enum(['human', 'bot']),
    text: z.string(),
    /** When it began to be said. */
    started_at_ms: epochMs,
    /** True when the caller cut it; `text` then ends where it was cut. */
    interrupted: z.boolean(),
  }),
  z.object({
    type: z.literal('action_started'),
    tool_call_id: z.string(),
    /** Null where no stored action stands behind it, as where a field of the prompt is found out. */
    action_id: uuid.nullable(),
    action_type: z.string(),
    input: z.record(z.string(), z.unknown()),
  }),
  z.object({
    type: z.literal('action_finished'),
    tool_call_id: z.string(),
    action_id: uuid.nullable(),
    action_type: z.string(),
    input: z.record(z.string(), z.unknown()),
    output: z.record(z.string(), z.unknown()),
  }),
  /** One turn's times, in ms from the end of the caller's turn (null: the turn did not get that far). */
  z.object({
    type: z.literal('turn_metrics'),
    turn: z.number().int(),
    model_requested_ms: z.number().nullable(),
    first_token_ms: z.number().nullable(),
    speech_requested_ms: z.number().nullable(),
    first_byte_ms: z.number().nullable(),
    first_frame_ms: z.number().nullable(),
    /** The part of `first_frame_ms` that was not spent waiting for a provider. */
    own_ms: z.number().nullable(),
    /** From the end of the caller's last word to the first frame of the answer, as the transcriber places that end. */
    latency_ms: z.number().nullable().default(null),
    /** From the end of the caller's last word to the end of the turn. */
    end_of_turn_ms: z.number().nullable().default(null),
    /** What came of preparing the answer before the turn was over. */
    prepared: z.enum(['hit', 'miss', 'none']).default('none'),
    /** Requests to the model for this turn, those thrown away among them; tool rounds not. */
    model_calls: z.number().int().default(1),
  }),
  /** A provider's fault, or another thing that an operator should find on the call. */
  z.object({ type: z.literal('problem'), code: z.string(), message: z.string() }),
  /** The stint's last fact. */
  z.object({ type: z.literal('detached'), reason: z.string() }),
]);

export const callFact = z.object({
  user_id: uuid,
  call_id: uuid,
  stint: z.number().int().positive(),
  n: z.number().int().positive(),
  at_ms: epochMs,
  body: factBody,
});

/** The JetStream message id of a fact. */
export function factId(fact: { call_id: string; stint: number; n: number }): string {
  return `${fact.call_id}:${fact.stint}:${fact.n}`;
}

export function factSubject(callId: string): string {
  return `facts.v1.${callId}`;
}

export type FactBody = z.output<typeof factBody>;
export type CallFact = z.output<typeof callFact>;
