import {
  ActionDraft,
  NormalizedPrompt,
  Prompt,
  PromptParams,
  PromptTemplateParams,
  VectorDatabaseDraft,
  VoiceDraft,
  webhook,
  webhookChangedSubject,
  WebhookChanged,
  WebhookParams,
} from '@parley/contracts';
import { newId } from '@parley/kernel';
import { writeOutbox } from '@parley/persistence';
import type { EntityManager } from 'typeorm';
import { requireAgentsFit } from '../agents/agent-size';
import {
  ActionRow,
  PromptRow,
  PromptTemplateRow,
  VectorDatabaseRow,
  VoiceRow,
  WebhookRow,
} from '../rows/resource.row';
import { ResourceStore } from './resource.store';

/** The kinds of resources that agents are made of. */
export class ResourceStores {
  readonly actions = new ResourceStore<ActionDraft>({
    row: ActionRow,
    label: 'Action',
    sortable: ['type'],
    changed: requireAgentsFit,
  });
  readonly voices = new ResourceStore<VoiceDraft>({ row: VoiceRow, label: 'Voice', sortable: ['type'] });
  readonly vectorDatabases = new ResourceStore<VectorDatabaseDraft>({
    row: VectorDatabaseRow,
    label: 'Vector database',
    sortable: ['type'],
  });
  readonly promptTemplates = new ResourceStore<PromptTemplateParams>({
    row: PromptTemplateRow,
    label: 'Prompt template',
    sortable: ['label'],
  });
  readonly prompts = new ResourceStore<PromptParams>({
    row: PromptRow,
    label: 'Prompt',
    check: async (manager, userId, { prompt_template: id }) => {
      if (typeof id === 'string') await this.promptTemplates.require(manager, userId, [id]);
    },
    changed: requireAgentsFit,
  });
  /** `webhooks` delivers to these, so it is told of every change, in the same transaction. */
  readonly webhooks = new ResourceStore<WebhookParams>({
    row: WebhookRow,
    label: 'Webhook',
    sortable: ['url'],
    changed: async (manager, { stored, version }) => {
      const change: WebhookChanged = { webhook: webhook.parse(stored), version };
      await writeOutbox(manager, { id: newId(), subject: webhookChangedSubject, payload: change });
    },
  });

  /** The prompt with its template. */
  async wholePrompt(manager: EntityManager, prompt: NormalizedPrompt): Promise<Prompt> {
    const { prompt_template: id, user_id: userId } = prompt;
    const template = id === null ? null : await this.promptTemplates.get(manager, userId, id);
    return { ...prompt, prompt_template: template };
  }
}
