import type { CallSpec, HistoryEntry } from '@parley/contracts';
import { defaultTiming } from '@parley/conversation';
import type {
  ConversationAction,
  ConversationSettings,
  PastEntry,
  TranscriberOptions,
} from '@parley/conversation';

/** What is known of a call once its leg is attached. */
export interface AttachedCall {
  readonly spec: CallSpec;
  readonly stint: number;
  readonly history: readonly HistoryEntry[];
  readonly callStartedAtMs: number;
}

const idleMs = 30_000;
const ivrIdleMs = 10 * 60_000;
/** Below this a conversation that was taken up again could not even say goodbye. */
const shortestMs = 5_000;

/** The conversation that a call's snapshot asks for. */
export function conversationSettings(
  call: AttachedCall,
  nowMs: number,
  maxCallMs: number,
): ConversationSettings {
  const { agent, context } = call.spec;
  const usualIdleMs = agent.ivr_navigation_mode === 'default' ? ivrIdleMs : idleMs;
  return {
    language: agent.language,
    prompt: withContext(agent.prompt.content, context),
    initialMessage: agent.initial_message === null ? null : withContext(agent.initial_message, context),
    initialMessageDelayMs: agent.initial_message_delay * 1_000,
    interruptSensitivity: agent.interrupt_sensitivity,
    temperature: agent.llm_temperature,
    model: agent.openai_model_name_override,
    actions: agent.actions.flatMap(conversationAction),
    collectFields: [],
    hasKnowledge: false,
    endpointingSensitivity: agent.endpointing_sensitivity,
    conversationSpeed: agent.conversation_speed,
    prepareAhead: 'off',
    fillerAfterMs: null,
    maySayNothing: agent.ivr_navigation_mode === 'default',
    maxHistoryChars: 24_000,
    idleMs: agent.idle_time_seconds === null ? usualIdleMs : agent.idle_time_seconds * 1_000,
    askIfPresentOnIdle: agent.ask_if_human_present_on_idle,
    maxDurationMs: Math.max(shortestMs, call.callStartedAtMs + maxCallMs - nowMs),
    resumed: call.stint > 1,
    history: call.history.map(pastEntry),
    timing: defaultTiming,
  };
}

const endpointingMs = { sensitive: 200, auto: 300, relaxed: 500 } as const;

export function transcriberOptions({ agent }: CallSpec): TranscriberOptions {
  return {
    language: agent.language,
    keywords: agent.deepgram_keywords ?? {},
    sensitivity: agent.endpointing_sensitivity,
    tellsEagerEnds: false,
    endpointingMs: Math.round(endpointingMs[agent.endpointing_sensitivity] / agent.conversation_speed),
  };
}

/** Fills `${name}` from the call's context; names that are missing are left empty. */
function withContext(text: string, context: CallSpec['context']): string {
  if (context === null) return text;
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) =>
    Object.hasOwn(context, name) ? (context[name] ?? '') : '',
  );
}

/** None for a kind that conversations do not know. */
function conversationAction(action: CallSpec['agent']['actions'][number]): ConversationAction[] {
  const given = action.action_trigger;
  const trigger =
    given.type === 'action_trigger_phrase_based'
      ? ({ by: 'phrase', phrases: given.config.phrase_triggers.map(({ phrase }) => phrase) } as const)
      : ({ by: 'model' } as const);
  switch (action.type) {
    case 'action_transfer_call':
      return [{ type: action.type, id: action.id, trigger, phoneNumber: action.config.phone_number }];
    case 'action_end_conversation':
    case 'action_dtmf':
      return [{ type: action.type, id: action.id, trigger }];
    default:
      return [];
  }
}

function pastEntry(entry: HistoryEntry): PastEntry {
  if (entry.kind !== 'action') return entry;
  const { tool_call_id: toolCallId, action_type: type, input, output } = entry;
  return { kind: 'action', toolCallId, type, input, output };
}
