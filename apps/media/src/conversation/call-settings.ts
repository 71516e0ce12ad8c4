import type { CallSpec, HistoryEntry } from '@parley/contracts';
import { defaultTiming, fillPlaceholders, systemPrompt } from '@parley/conversation';
import type {
  CollectedField,
  ConversationAction,
  ConversationSettings,
  FilledText,
  PastEntry,
  TranscriberOptions,
} from '@parley/conversation';

type CollectField = NonNullable<CallSpec['agent']['prompt']['collect_fields']>[number];

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

/** What a deployment decides for all its calls. */
export interface CallDefaults extends Pick<ConversationSettings, 'prepareAhead' | 'fillerAfterMs'> {
  readonly maxCallMs: number;
}

/** The conversation that a call's snapshot asks for. */
export function conversationSettings(
  call: AttachedCall,
  nowMs: number,
  { maxCallMs, prepareAhead, fillerAfterMs }: CallDefaults,
): ConversationSettings {
  const { spec } = call;
  const { agent } = spec;
  const { language } = agent;
  const isInMenus = agent.ivr_navigation_mode === 'default';
  const usualIdleMs = isInMenus ? ivrIdleMs : idleMs;
  const collectFields = (agent.prompt.collect_fields ?? []).map(collectedField);
  const prompt = filled(agent.prompt.content, spec).text;
  return {
    language,
    prompt: systemPrompt({ prompt, language, collectFields, maySayNothing: isInMenus }),
    initialMessage: agent.initial_message === null ? null : filled(agent.initial_message, spec).text,
    initialMessageDelayMs: agent.initial_message_delay * 1_000,
    interruptSensitivity: agent.interrupt_sensitivity,
    temperature: agent.llm_temperature,
    model: agent.openai_model_name_override,
    actions: agent.actions.flatMap(conversationAction),
    collectFields,
    hasKnowledge: spec.has_knowledge,
    endpointingSensitivity: agent.endpointing_sensitivity,
    conversationSpeed: agent.conversation_speed,
    prepareAhead,
    fillerAfterMs,
    maySayNothing: isInMenus,
    maxHistoryChars: 24_000,
    idleMs: agent.idle_time_seconds === null ? usualIdleMs : agent.idle_time_seconds * 1_000,
    askIfPresentOnIdle: agent.ask_if_human_present_on_idle && !isInMenus,
    maxDurationMs: Math.max(shortestMs, call.callStartedAtMs + maxCallMs - nowMs),
    resumed: call.stint > 1,
    history: call.history.map(pastEntry),
    timing: defaultTiming,
  };
}

const endpointingMs = { sensitive: 200, auto: 300, relaxed: 500 } as const;

export function transcriberOptions(
  { agent }: CallSpec,
  { prepareAhead }: Pick<CallDefaults, 'prepareAhead'>,
): TranscriberOptions {
  return {
    language: agent.language,
    keywords: agent.deepgram_keywords ?? {},
    sensitivity: agent.endpointing_sensitivity,
    tellsEagerEnds: prepareAhead !== 'off',
    endpointingMs: Math.round(endpointingMs[agent.endpointing_sensitivity] / agent.conversation_speed),
  };
}

const mostNamed = 20;

/** What the prompt asks of the call's context and does not find there, as a sentence; null when nothing is missing. */
export function missingContext({ spec, stint }: AttachedCall): string | null {
  // Told once on the call.
  if (stint > 1) return null;
  const { prompt, initial_message: greeting } = spec.agent;
  const required = prompt.prompt_template?.required_context_keys ?? [];
  const names = new Set([
    ...required.filter((name) => !Object.hasOwn(spec.context ?? {}, name)),
    ...filled(prompt.content, spec).missing,
    ...filled(greeting ?? '', spec).missing,
  ]);
  if (names.size === 0) return null;
  const named = [...names].slice(0, mostNamed).map((name) => name.slice(0, 60));
  const rest = names.size > mostNamed ? ` and ${names.size - mostNamed} more` : '';
  return `The call's context lacks ${named.join(', ')}${rest}: left empty.`;
}

function filled(text: string, { context }: CallSpec): FilledText {
  return fillPlaceholders(text, context ?? {}, 'dollar');
}

function collectedField({ name, label, description }: CollectField): CollectedField {
  return { type: 'email', name, label, description };
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
    case 'action_external': {
      const { name, description, input_schema, speak_on_send, speak_on_receive } = action.config;
      return [
        {
          type: action.type,
          id: action.id,
          trigger,
          name,
          description,
          inputSchema: input_schema,
          speakOnSend: speak_on_send,
          speakOnReceive: speak_on_receive,
        },
      ];
    }
    default:
      return [];
  }
}

function pastEntry(entry: HistoryEntry): PastEntry {
  if (entry.kind !== 'action') return entry;
  const { tool_call_id: toolCallId, action_type: type, input, output } = entry;
  return { kind: 'action', toolCallId, type, input, output };
}
