import { z } from 'zod';
import { ask, byUser, commandId } from './ask';
import { e164, epochMs, phoneNumberText, refOf, stringMap, uuid } from './fields';
import { listAsk } from './lists';
import { agent, agentDraft } from './vocode/agents';
import { call, callMetadata, normalizedCall } from './vocode/calls';

/** What call-control answers. */

const stint = z.number().int().positive();

/**
 * Places a call: resolves the agent, runs the guards, stores the call, dials, and answers with the call. A repeat of
 * the command with another fingerprint of what was asked for is a `conflict`, `COMMAND.OTHER_BODY`; beyond the plan's
 * minutes it is `forbidden`, `USAGE.LIMIT_REACHED`.
 */
export const placeCall = ask('call.v1.place', {
  request: byUser.extend({
    command_id: commandId,
    call_id: uuid,
    from_number: phoneNumberText,
    to_number: phoneNumberText,
    agent: refOf(agentDraft),
    on_no_human_answer: z.enum(['continue', 'hangup']),
    run_do_not_call_detection: z.boolean().nullable(),
    hipaa_compliant: z.boolean(),
    context: stringMap.nullable(),
    telephony_params: stringMap.nullable(),
    metadata: callMetadata.nullable().default(null),
    fingerprint: z.string().min(1).max(100).nullable().default(null),
  }),
  response: call,
  timeoutMs: 20_000,
});

export const getCall = ask('call.v1.get', { request: byUser.extend({ call_id: uuid }), response: call });

/** A user's calls. `sort.column` is one of `callSortColumns`, else `invalid`, naming `query.sort_column`. */
export const listCalls = listAsk('call.v1.list', normalizedCall);

/** The recording of a call. There are none yet. */
export const getRecording = ask('call.v1.recording', {
  request: byUser.extend({ call_id: uuid }),
  response: z.object({ available: z.literal(false) }),
});

/** What a user's calls that ended in this month (UTC) come to, from pick-up to end. */
export const getUsage = ask('call.v1.usage', {
  request: byUser,
  response: z.object({
    month_seconds: z.number().int().nonnegative(),
    /** Those that were picked up. */
    month_calls: z.number().int().nonnegative(),
  }),
});

/** Ends a call in whatever state it is. Right, and without further effect, on one that has ended. */
export const endCall = ask('call.v1.end', {
  request: byUser.extend({ call_id: uuid, command_id: commandId }),
  response: call,
  timeoutMs: 15_000,
});

/** All that a media process needs to hold one call's conversation. Secrets in it stay sealed. */
export const callSpec = z.object({
  user_id: uuid,
  call_id: uuid,
  direction: z.enum(['inbound', 'outbound']),
  from_number: e164,
  to_number: e164,
  agent,
  context: stringMap.nullable(),
  hipaa_compliant: z.boolean(),
  /** The `CallWords` of a call that keeps none, sealed to `callWordsBinding`; agent and context then hold none. */
  sealed_words: z.string().nullable().default(null),
  /** Whether the caller's words can be looked up: in the agent's vector database, or in documents that it has here. */
  has_knowledge: z.boolean().default(false),
});

/** One earlier message or action of the call, for a conversation that is taken up again. */
export const historyEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('human'), text: z.string() }),
  z.object({ kind: z.literal('bot'), text: z.string(), interrupted: z.boolean() }),
  z.object({
    kind: z.literal('action'),
    tool_call_id: z.string(),
    action_type: z.string(),
    input: z.record(z.string(), z.unknown()),
    output: z.record(z.string(), z.unknown()).nullable(),
  }),
]);

/**
 * A media process takes a leg's audio: consumes the one-time token, fences an earlier stint, opens the next one.
 * `forbidden` for a used or strange token, `conflict` for a call that is over.
 */
export const attach = ask('call.v1.attach', {
  request: z.object({
    call_id: uuid,
    leg_id: uuid,
    nonce: z.string().max(64),
    carrier_call_sid: z.string().max(64),
    stream_sid: z.string().max(64),
    instance: z.string().max(64),
  }),
  response: z.object({ spec: callSpec, stint, history: z.array(historyEntry), call_started_at_ms: epochMs }),
});

/** Why a conversation is over, from where it was held. */
export const finishReason = z.enum(['agent_ended', 'idle', 'max_duration', 'provider_failed', 'drained']);

/** Commits that the call ends, before media closes its socket. */
export const finish = ask('call.v1.finish', {
  request: byUser.extend({
    call_id: uuid,
    stint,
    command_id: commandId,
    reason: finishReason,
    error_message: z.string().max(1_000).nullable(),
    /** What the carrier is to say in a voice of its own before it hangs up, because the agent has none left. */
    last_words: z.string().max(500).nullable().default(null),
  }),
  response: z.object({}),
});

/**
 * Commits that the caller is handed to another number, after the guards passed; media then closes its socket and the
 * carrier is told to dial. `forbidden` with the guard's reason when the number may not be dialled.
 */
export const transfer = ask('call.v1.transfer', {
  request: byUser.extend({
    call_id: uuid,
    stint,
    command_id: commandId,
    action_id: uuid,
    phone_number: phoneNumberText,
  }),
  response: z.object({ phone_number: e164 }),
});

/** Checks a transfer's number before anything is announced, without committing anything. */
export const checkTransfer = ask('call.v1.check-transfer', {
  request: byUser.extend({ call_id: uuid, phone_number: phoneNumberText }),
  response: z.object({ phone_number: e164 }),
});

/** A carrier's signed request, with its parameters as they came. The gateway has checked the signature. */
export const carrierWebhook = ask('carrier.v1.webhook', {
  request: z.object({
    provider: z.literal('twilio'),
    kind: z.enum(['answer', 'status', 'connect-ended', 'dial-ended', 'inbound', 'inbound-status']),
    call_id: uuid.nullable(),
    /** Whose own account signed it; null for the deployment's. */
    account: z.object({ user_id: uuid, connection_id: uuid }).nullable().default(null),
    params: z.record(z.string(), z.string()),
    received_at_ms: epochMs,
  }),
  /** `twiml` is the body to answer with; null for callbacks that take none. */
  response: z.object({ twiml: z.string().nullable() }),
  timeoutMs: 12_000,
});

/** Commands to the media process that holds a call: `media.v1.<instance>.<verb>`. */
export function mediaSubject(instance: string, verb: string): string {
  return `media.v1.${instance}.${verb}`;
}

/** Asks the holder of a call to let go of it (the call was ended by someone else). */
export const mediaDetach = ask('media.v1.detach', {
  request: z.object({ call_id: uuid, stint, reason: z.string() }),
  response: z.object({ held: z.boolean() }),
});

/**
 * Tells every media process, and is not answered, that a call is about to be picked up: its greeting may be spoken
 * ahead. Lost without harm. Secrets in it stay sealed.
 */
export const mediaPrepare = {
  subject: 'media.v1.prepare',
  payload: z.object({
    agent: z.object({
      voice: agent.shape.voice,
      language: agent.shape.language,
      initial_message: z.string().min(1).max(4_000),
    }),
    context: stringMap.nullable(),
    hipaa_compliant: z.boolean(),
  }),
} as const;

export type MediaPrepare = z.output<typeof mediaPrepare.payload>;
export type PlaceCall = z.output<typeof placeCall.request>;
export type CallSpec = z.output<typeof callSpec>;
export type HistoryEntry = z.output<typeof historyEntry>;
export type FinishReason = z.output<typeof finishReason>;
export type CarrierWebhook = z.output<typeof carrierWebhook.request>;
