import {
  ActionParams,
  ActionUpdateParams,
  AgentDraft,
  AgentParams,
  AgentPatch,
  AgentUpdateParams,
  VoiceParams,
  VoiceUpdateParams,
} from '@parley/contracts';
import { FieldPath, parsePossibleNumber } from '@parley/calls';
import { newId } from '@parley/kernel';
import type { SecretBox } from '@parley/secrets';

/**
 * What comes in from a client of this dialect, made fit to travel: phone numbers in E.164, new sub-objects with their
 * ids, secrets sealed to those ids.
 */
export class Inbound {
  constructor(private readonly secrets: SecretBox) {}

  action<T extends ActionParams | ActionUpdateParams>(params: T, path: FieldPath): T {
    if (params.type !== 'action_transfer_call' || !params.config) return params;
    const number = parsePossibleNumber(params.config.phone_number, [...path, 'config', 'phone_number']);
    return { ...params, config: { ...params.config, phone_number: number } };
  }

  voice<T extends VoiceParams | VoiceUpdateParams>(params: T, owner: { userId: string; id: string }): T {
    if (!('api_key' in params) || typeof params.api_key !== 'string') return params;
    const binding = { userId: owner.userId, resource: 'voices', id: owner.id, field: 'api_key' };
    return { ...params, api_key: this.secrets.seal(params.api_key, binding) };
  }

  /** `voice` may be missing where the deployment's own is meant. */
  agentDraft(
    params: Omit<AgentParams, 'voice'> & { voice: AgentParams['voice'] | null },
    userId: string,
    path: FieldPath,
  ): AgentDraft {
    return {
      ...params,
      prompt: asRef(params.prompt, newId()),
      voice: params.voice === null ? null : this.voiceRef(params.voice, userId, newId()),
      actions: params.actions.map((action, index) => this.actionRef(action, [...path, 'actions', index])),
      webhook: params.webhook === null ? null : asRef(params.webhook, newId()),
    };
  }

  /**
   * `voiceId` is the voice that an inline patch would change, so that a secret in it is sealed to the right row.
   */
  agentPatch(
    params: AgentUpdateParams,
    userId: string,
    { path, voiceId }: { path: FieldPath; voiceId: string | undefined },
  ): AgentPatch {
    const { prompt, voice, actions, webhook, ...settings } = params;
    return {
      ...settings,
      ...(prompt !== undefined && { prompt: asRef(prompt, newId()) }),
      ...(voice !== undefined && { voice: this.voiceRef(voice, userId, voiceId ?? newId()) }),
      ...(actions !== undefined && {
        actions: actions.map((action, index) => this.actionRef(action, [...path, 'actions', index])),
      }),
      ...(webhook !== undefined && { webhook: webhook === null ? null : asRef(webhook, newId()) }),
    };
  }

  private voiceRef<T extends VoiceParams | VoiceUpdateParams>(voice: string | T, userId: string, id: string) {
    return typeof voice === 'string' ? voice : { id, params: this.voice(voice, { userId, id }) };
  }

  private actionRef<T extends ActionParams | ActionUpdateParams>(action: string | T, path: FieldPath) {
    return typeof action === 'string' ? action : { id: newId(), params: this.action(action, path) };
  }
}

function asRef<T extends object>(value: string | T, id: string): string | { id: string; params: T } {
  return typeof value === 'string' ? value : { id, params: value };
}
