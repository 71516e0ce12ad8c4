import { z } from 'zod';
import { ask, byUser } from './ask';
import { e164, epochMs, httpUrl, orNull, stringMap, text, uuid } from './fields';
import { listStretch } from './lists';
import { language } from './vocode/agents';
import { externalAction } from './vocode/actions';
import { pineconeVectorDatabase } from './vocode/vector-databases';

/**
 * What integrations answers: what a call does in the customer's world. Whatever the customer's side does is an answer;
 * an error of the ask means that integrations itself could not do its part.
 */

/** What an external action's run needs of the action, as the call's snapshot has it. The secret stays sealed. */
export const runnableAction = externalAction.shape.config
  .pick({ name: true, url: true, input_schema: true, signature_secret: true, speak_on_receive: true })
  .extend({ id: uuid });

/**
 * Runs an external action: one request to the customer's URL, signed. (`user_id`, `call_id`, `tool_call_id`) names the
 * effect: a repeat sends nothing and gets the first one's answer, waiting for it if need be. Whoever asks makes
 * `tool_call_id` unique within the call, whatever the model wrote; the same one with another action or input is
 * `conflict`, `ACTION.OTHER_INPUT`. With `hipaa` neither input nor answer is kept, so a late repeat learns only
 * whether it succeeded.
 *
 * Answered within 10.5 s. `success` is false, and `result.info` says why in a sentence for the model, when the input
 * does not fit the schema (nothing was sent), the customer's side refused, failed, did not answer in time or answered
 * something else than `{"result": {…}, "agent_message"?: "…"}`, and when a process died after the request had begun to
 * be sent (`result.outcome` is then `"unknown"`: it is not sent again). `agent_message`: to be spoken word for word in
 * place of asking the model; always null unless `speak_on_receive`.
 */
export const runAction = ask('integration.v1.run-action', {
  request: byUser.extend({
    call_id: uuid,
    tool_call_id: text(200).min(1),
    action: runnableAction,
    input: z.record(z.string(), z.unknown()),
    hipaa: z.boolean(),
  }),
  response: z.object({
    success: z.boolean(),
    result: z.record(z.string(), z.unknown()),
    agent_message: z.string().nullable(),
  }),
  timeoutMs: 11_500,
});

/** A piece of the customer's knowledge. */
export const passage = z.object({
  text: z.string(),
  /** Where it is from, in the customer's words; null when that is not known. */
  source: z.string().nullable(),
  /** 0…1, 1 the best. Comparable only within one answer. */
  score: z.number().min(0).max(1),
});

/**
 * The passages that fit the caller's words best, best first: from the agent's vector database, or with none, from the
 * documents that the agent has here. Empty when nothing fits. Answered within 0.5 s, if need be with an error:
 * `unavailable` or `timeout`, `KNOWLEDGE.…`. Nothing of it is kept.
 */
export const lookUp = ask('integration.v1.look-up', {
  request: byUser.extend({
    call_id: uuid,
    agent_id: uuid,
    vector_database: pineconeVectorDatabase.nullable(),
    /** A longer text is cut. */
    words: z.string().min(1).max(10_000),
    limit: z.number().int().min(1).max(10).default(3),
  }),
  response: z.object({ passages: z.array(passage) }),
  timeoutMs: 600,
});

/**
 * What the customer's system knows of a caller: `GET <url>?phone_number=<digits>`. Never fails for what that system
 * does: `context` then is `{}`, and `problems` say why, as they do for values that could not be taken. Answered within
 * 3 s.
 */
export const fetchContext = ask('integration.v1.context', {
  request: byUser.extend({ call_id: uuid, url: httpUrl, phone_number: e164 }),
  response: z.object({
    context: stringMap,
    /** For the call's log. They hold names, and no values. */
    problems: z.array(z.object({ code: z.string(), message: z.string() })),
  }),
  timeoutMs: 3_400,
});

export const maxDocumentChars = 200_000;

/** A document that agents look things up in, as a client sends it. */
export const knowledgeDocumentParams = z.object({
  /** What passages from it name as their source. */
  name: text(500).min(1),
  /** Whose it is; null: all agents of the user. */
  agent: orNull(uuid),
  /** How its words are compared. */
  language: language.default('en'),
  content: text(maxDocumentChars).min(1),
});

/** A stored document, without its text. */
export const knowledgeDocument = z.object({
  id: uuid,
  user_id: uuid,
  name: z.string(),
  agent: uuid.nullable(),
  language,
  chars: z.number().int().nonnegative(),
  updated_at_ms: epochMs,
});

const ofDocument = byUser.extend({ id: uuid });

/** The documents that integrations itself holds, so that an agent has knowledge without an account elsewhere. */
export const knowledgeAsks = {
  /**
   * Stores a document under `id`, in place of the one that was there. Right to repeat. `conflict`,
   * `KNOWLEDGE.FULL`, when the user's documents would come to too much.
   */
  put: ask('integration.v1.knowledge.put', {
    request: ofDocument.extend({ params: knowledgeDocumentParams }),
    response: knowledgeDocument,
    timeoutMs: 10_000,
  }),
  get: ask('integration.v1.knowledge.get', {
    request: ofDocument,
    response: knowledgeDocument.extend({ content: z.string() }),
  }),
  /** By name. `agent`: only those that this agent looks things up in. */
  list: ask('integration.v1.knowledge.list', {
    request: byUser.extend({ ...listStretch.shape, agent: uuid.nullable() }),
    response: z.object({ items: z.array(knowledgeDocument), total: z.number().int().nonnegative() }),
  }),
  /** Right to repeat: `existed` says whether there was one. */
  delete: ask('integration.v1.knowledge.delete', {
    request: ofDocument,
    response: z.object({ existed: z.boolean() }),
  }),
  /** Whether an agent has any document to look things up in; asked once for each call. */
  has: ask('integration.v1.knowledge.has', {
    request: byUser.extend({ agent_id: uuid }),
    response: z.object({ has: z.boolean() }),
    timeoutMs: 500,
  }),
};

export type RunAction = z.output<typeof runAction.request>;
export type ActionRun = z.output<typeof runAction.response>;
export type LookUp = z.output<typeof lookUp.request>;
export type FoundPassage = z.output<typeof passage>;
export type FetchContext = z.output<typeof fetchContext.request>;
export type FetchedContext = z.output<typeof fetchContext.response>;
export type KnowledgeDocument = z.output<typeof knowledgeDocument>;
export type KnowledgeDocumentParams = z.output<typeof knowledgeDocumentParams>;
