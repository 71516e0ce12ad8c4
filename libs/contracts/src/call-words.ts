import { z } from 'zod';
import type { FactBody } from './facts';
import { stringMap } from './fields';
import type { Agent, AgentDraft } from './vocode/agents';
import { collectField } from './vocode/prompts';

/** What stands in answers in the place of words that are not kept. */
export const wordsLeftOut = '[redacted]';

/**
 * The words that a call starts from. Of a call that must keep none (`hipaa_compliant`) they rest sealed, apart from the
 * rest of its snapshot, and only until its end.
 */
export const callWords = z.object({
  prompt: z.string(),
  collect_fields: z.array(collectField).nullable(),
  initial_message: z.string().nullable(),
  context: stringMap.nullable(),
});

export type CallWords = z.output<typeof callWords>;

/** What a call's words are sealed to. */
export function callWordsBinding(userId: string, callId: string) {
  return { userId, resource: 'calls', id: callId, field: 'words' };
}

export function wordsOf(agent: Agent, context: CallWords['context']): CallWords {
  const { prompt, initial_message } = agent;
  return { prompt: prompt.content, collect_fields: prompt.collect_fields, initial_message, context };
}

export function withoutWords(agent: Agent): Agent {
  const { prompt, initial_message } = agent;
  return {
    ...agent,
    initial_message: initial_message === null ? null : wordsLeftOut,
    prompt: { ...prompt, content: wordsLeftOut, collect_fields: null },
  };
}

export function withWords(agent: Agent, words: CallWords): Agent {
  const { prompt: content, collect_fields, initial_message } = words;
  return { ...agent, initial_message, prompt: { ...agent.prompt, content, collect_fields } };
}

/** An agent that is to be made for a call, and the words that were in it: whoever makes it is not told them. */
export function draftWithoutWords(draft: AgentDraft): {
  readonly draft: AgentDraft;
  /** Only what the draft itself held. */
  readonly words: Partial<CallWords>;
} {
  const { prompt, initial_message } = draft;
  const bare = { ...draft, initial_message: initial_message === null ? null : wordsLeftOut };
  if (typeof prompt === 'string') return { draft: bare, words: { initial_message } };
  const { content, collect_fields } = prompt.params;
  return {
    draft: {
      ...bare,
      prompt: { ...prompt, params: { ...prompt.params, content: wordsLeftOut, collect_fields: null } },
    },
    words: { initial_message, prompt: content, collect_fields },
  };
}

/** A fact as it may be kept of such a call: that something was said or done, and when, but not what. */
export function factWithoutWords(body: FactBody): FactBody {
  switch (body.type) {
    case 'message':
      return { ...body, text: '' };
    case 'action_started':
      return { ...body, input: {} };
    case 'action_finished':
      return { ...body, input: {}, output: { success: body.output['success'] === true } };
    case 'problem':
      // A provider's message may quote what it was sent.
      return { ...body, message: '' };
    default:
      return body;
  }
}
