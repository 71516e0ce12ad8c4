import {
  ActionParams,
  PromptParams,
  VoiceParams,
  webhook,
  webhookChangedSubject,
  WebhookChanged,
  WebhookParams,
} from '@parley/contracts';
import { newId } from '@parley/kernel';
import { writeOutbox } from '@parley/persistence';
import { ActionRow, PromptRow, VoiceRow, WebhookRow } from '../rows/resource.row';
import { ResourceStore } from './resource.store';

/** The kinds of resources that agents are made of. */
export class ResourceStores {
  readonly actions = new ResourceStore<ActionParams>(ActionRow, 'Action');
  readonly voices = new ResourceStore<VoiceParams>(VoiceRow, 'Voice');
  readonly prompts = new ResourceStore<PromptParams>(PromptRow, 'Prompt');
  /** `webhooks` delivers to these, so it is told of every change, in the same transaction. */
  readonly webhooks = new ResourceStore<WebhookParams>(
    WebhookRow,
    'Webhook',
    async (manager, stored, version) => {
      const change: WebhookChanged = { webhook: webhook.parse(stored), version };
      await writeOutbox(manager, { id: newId(), subject: webhookChangedSubject, payload: change });
    },
  );
}
