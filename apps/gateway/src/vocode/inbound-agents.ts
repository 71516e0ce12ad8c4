import type { Agent, AgentDraft, AgentParams, AgentPatch, AgentUpdateParams } from '@parley/contracts';
import { holdsSecret } from '@parley/contracts';
import type { FieldPath } from '@parley/calls';
import { newId } from '@parley/kernel';
import type { Inbound, PatchPlace, Place } from './inbound';

/** What a patched agent has now, as far as secrets are sealed to it. */
export type PresentParts = Pick<Agent, 'voice' | 'vector_database'> | null;

interface Request {
  readonly userId: string;
  /** Of the agent within the request. */
  readonly path: FieldPath;
}

/** A new agent as it travels: what is inline gets its id here. `voice` is null where the deployment's own is meant. */
export function agentDraft(
  params: Omit<AgentParams, 'voice'> & { voice: AgentParams['voice'] | null },
  inbound: Inbound,
  { userId, path }: Request,
): AgentDraft {
  const at = (...field: (string | number)[]) => ({ userId, path: [...path, ...field] });
  return {
    ...params,
    prompt: made(params.prompt, at('prompt'), (prompt) => prompt),
    voice: params.voice && made(params.voice, at('voice'), (voice, place) => inbound.voice(voice, place)),
    actions: params.actions.map((given, index) =>
      made(given, at('actions', index), (action, place) => inbound.action(action, place)),
    ),
    webhook: params.webhook && made(params.webhook, at('webhook'), (webhook) => webhook),
    vector_database:
      params.vector_database &&
      made(params.vector_database, at('vector_database'), (database, place) =>
        inbound.vectorDatabase(database, place),
      ),
  };
}

/** True for a patch with a secret: it can only be sealed once it is known what it would change. */
export function patchesSecret({ voice, vector_database }: AgentUpdateParams): boolean {
  return [voice, vector_database].some(
    (part) => typeof part === 'object' && part !== null && holdsSecret(part),
  );
}

/**
 * A patch of an agent as it travels. `present` is needed when `patchesSecret`: an inline voice changes the present one
 * when it has the same type, and a vector database changes the present one.
 */
export function agentPatch(
  params: AgentUpdateParams,
  inbound: Inbound,
  { userId, path, present }: Request & { readonly present: PresentParts },
): AgentPatch {
  const { prompt, voice, actions, webhook, vector_database: database, ...settings } = params;
  const at = (...field: (string | number)[]) => ({ userId, path: [...path, ...field] });
  const voiceNow = typeof voice === 'object' && present?.voice.type === voice.type ? present.voice : null;
  return {
    ...settings,
    ...(prompt !== undefined && { prompt: made(prompt, at('prompt'), (given) => given) }),
    ...(voice !== undefined && {
      voice: patched(voice, voiceNow, at('voice'), (given, place) => inbound.voicePatch(given, place)),
    }),
    // The list is replaced, so every inline action is a new one.
    ...(actions !== undefined && {
      actions: actions.map((action, index) =>
        patched(action, null, at('actions', index), (given, place) => inbound.actionPatch(given, place)),
      ),
    }),
    ...(webhook !== undefined && { webhook: webhook && made(webhook, at('webhook'), (given) => given) }),
    ...(database !== undefined && {
      vector_database:
        database &&
        patched(database, present?.vector_database ?? null, at('vector_database'), (given, place) =>
          inbound.vectorDatabasePatch(given, place),
        ),
    }),
  };
}

type Ref<T> = string | { id: string; params: T };

function made<P extends object, D>(
  given: string | P,
  where: Omit<Place, 'id'>,
  bringIn: (params: P, place: Place) => D,
): Ref<D> {
  if (typeof given === 'string') return given;
  const id = newId();
  return { id, params: bringIn(given, { ...where, id }) };
}

function patched<P extends object, D>(
  given: string | P,
  now: { readonly id: string } | null,
  where: Omit<Place, 'id'>,
  bringIn: (params: P, place: PatchPlace) => D,
): Ref<D> {
  if (typeof given === 'string') return given;
  const id = now?.id ?? newId();
  return { id, params: bringIn(given, { ...where, id, isThere: now !== null }) };
}
