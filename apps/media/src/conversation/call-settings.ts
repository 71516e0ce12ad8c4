import type { CallSpec, HistoryEntry } from '@parley/contracts';
import { defaultTiming } from '@parley/conversation';
import type {
  ConversationAction,
  ConversationSettings,
  PastEntry,
  TranscriberOptions,
  VoiceSettings,
} from '@parley/conversation';
import type { SecretBox } from '@parley/secrets';

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

/** The agent's voice, its secret opened, and what of it this deployment cannot give. */
export function voiceSettings(
  { agent }: CallSpec,
  secrets: SecretBox,
): { readonly voice: VoiceSettings; readonly problem: string | null } {
  const { voice, language } = agent;
  const usual = { provider: 'eleven_labs', voiceId: null, model: null, apiKey: null, dials: {}, language };
  if (voice.type !== 'voice_eleven_labs') {
    return { voice: usual, problem: `${voice.type} is not spoken here: the deployment's own voice is used.` };
  }
  const dials = Object.entries({
    stability: voice.stability,
    similarity_boost: voice.similarity_boost,
    optimize_streaming_latency: voice.optimize_streaming_latency,
  }).filter((dial): dial is [string, number] => dial[1] !== null);
  const known = {
    ...usual,
    voiceId: voice.voice_id,
    model: voice.model_id,
    dials: Object.fromEntries(dials),
  };
  if (voice.api_key === null) return { voice: known, problem: null };
  const binding = { userId: voice.user_id, resource: 'voices', id: voice.id, field: 'api_key' };
  try {
    return { voice: { ...known, apiKey: secrets.open(voice.api_key, binding) }, problem: null };
  } catch {
    return { voice: known, problem: "The voice's own key cannot be opened: the deployment's is used." };
  }
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
