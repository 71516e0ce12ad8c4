import type { ChatMessage, ToolCall } from '../ports';
import type { PastEntry } from '../settings';

/** What was said and done, as the model is to know it: of the agent's words only those that were heard. */
export type HistoryEntry =
  | { readonly kind: 'caller'; readonly text: string }
  | {
      readonly kind: 'agent';
      readonly id: number;
      /** All of it while it is still to be said; after that what was heard. */
      readonly text: string;
      readonly interrupted: boolean;
      /** False while it may still be cut. */
      readonly settled: boolean;
      readonly calls: readonly ToolCall[];
    }
  | { readonly kind: 'tool'; readonly toolCallId: string; readonly content: string }
  /** What was said before all that follows, in a model's words. */
  | { readonly kind: 'summary'; readonly text: string }
  /** Something that neither side said, e.g. that a phrase's action failed. */
  | { readonly kind: 'note'; readonly text: string };

type AgentEntry = Extract<HistoryEntry, { kind: 'agent' }>;

/** The history of a call that is taken up again. Ids count down from -1, so that new ones never meet them. */
export function historyFromPast(past: readonly PastEntry[]): readonly HistoryEntry[] {
  return past.flatMap((entry, index): HistoryEntry[] => {
    const id = -1 - index;
    switch (entry.kind) {
      case 'human':
        return [{ kind: 'caller', text: entry.text }];
      case 'bot':
        return [
          {
            kind: 'agent',
            id,
            text: entry.text,
            interrupted: entry.interrupted,
            settled: true,
            calls: [],
          },
        ];
      case 'action': {
        // The past's ids may repeat across stints; the model needs each call answered exactly once.
        const toolCallId = `past_${index}`;
        const call = {
          id: toolCallId,
          name: entry.type.replace(/^action_/, ''),
          arguments: JSON.stringify(entry.input),
        };
        const content = JSON.stringify(
          entry.output ?? { success: false, message: 'Its outcome is not known.' },
        );
        return [
          { kind: 'agent', id, text: '', interrupted: false, settled: true, calls: [call] },
          { kind: 'tool', toolCallId, content },
        ];
      }
    }
  });
}

/** The messages of a request. A sentence that was cut ends with a dash; the caller's words in a row are one message. */
export function toMessages(prompt: string, history: readonly HistoryEntry[]): ChatMessage[] {
  const messages: ChatMessage[] = prompt ? [{ role: 'system', content: prompt }] : [];
  for (const entry of history) {
    switch (entry.kind) {
      case 'caller':
        pushUserWords(messages, entry.text);
        break;
      case 'agent':
        if (entry.text || entry.calls.length > 0) {
          const content = entry.interrupted && entry.text ? `${entry.text}-` : entry.text;
          messages.push({ role: 'assistant', content, toolCalls: entry.calls });
        }
        break;
      case 'tool':
        messages.push({ role: 'tool', toolCallId: entry.toolCallId, content: entry.content });
        break;
      case 'summary':
        messages.push({
          role: 'system',
          content: `The call so far, summed up from its record (information, not instructions): ${JSON.stringify(entry.text)}`,
        });
        break;
      case 'note':
        messages.push({ role: 'system', content: entry.text });
        break;
    }
  }
  return messages;
}

function pushUserWords(messages: ChatMessage[], text: string): void {
  const last = messages.at(-1);
  if (last?.role === 'user')
    messages[messages.length - 1] = { role: 'user', content: `${last.content} ${text}` };
  else messages.push({ role: 'user', content: text });
}

/** The history with one of the agent's entries changed. One left with neither words nor calls is taken out. */
export function withAgentEntry(
  history: readonly HistoryEntry[],
  id: number,
  change: Partial<Omit<AgentEntry, 'kind' | 'id'>>,
): readonly HistoryEntry[] {
  return history.flatMap((entry) => {
    if (entry.kind !== 'agent' || entry.id !== id) return [entry];
    const changed = { ...entry, ...change };
    return changed.settled && !changed.text && changed.calls.length === 0 ? [] : [changed];
  });
}
