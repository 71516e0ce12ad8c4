import { testSpec } from '../testing/test-call';
import { conversationSettings, transcriberOptions } from './call-settings';
import type { AttachedCall } from './call-settings';

const attached = (
  agent: Parameters<typeof testSpec>[0] = {},
  more: Partial<AttachedCall> = {},
): AttachedCall => ({
  spec: testSpec(agent),
  stint: 1,
  history: [],
  callStartedAtMs: 1_000,
  ...more,
});
const settingsOf = (call: AttachedCall) => conversationSettings(call, 61_000, 600_000);

test('times come in milliseconds, and what a call has used of its time is used', () => {
  const settings = settingsOf(attached({ initial_message_delay: 1.5, idle_time_seconds: 12 }));
  expect(settings).toMatchObject({ initialMessageDelayMs: 1_500, idleMs: 12_000, maxDurationMs: 540_000 });
});

test('silence may last longer in a menu', () => {
  expect(settingsOf(attached()).idleMs).toBe(30_000);
  expect(settingsOf(attached({ ivr_navigation_mode: 'default' })).idleMs).toBe(600_000);
});

test('the context fills prompt and greeting; what it lacks is left empty', () => {
  const call = attached({ initial_message: 'Hello ${name}, ${nothing}!' });
  const settings = settingsOf({ ...call, spec: { ...call.spec, context: { name: 'Ada $&' } } });
  expect(settings.initialMessage).toBe('Hello Ada $&, !');
});

test('a later stint takes the call up again, with its history', () => {
  const history = [
    {
      kind: 'action' as const,
      tool_call_id: 'c1',
      action_type: 'action_dtmf',
      input: { digits: '1' },
      output: { success: true },
    },
  ];
  expect(settingsOf(attached({}, { stint: 2, history }))).toMatchObject({
    resumed: true,
    history: [{ kind: 'action', toolCallId: 'c1', type: 'action_dtmf', output: { success: true } }],
  });
});

test('endpointing follows sensitivity and speed', () => {
  expect(transcriberOptions(testSpec({ endpointing_sensitivity: 'relaxed' })).endpointingMs).toBe(500);
  expect(transcriberOptions(testSpec({ conversation_speed: 2 })).endpointingMs).toBe(150);
});

test('an action of a kind that conversations do not know is left out', () => {
  const action = { id: 'a', user_id: 'u', config: {} };
  const trigger = { type: 'action_trigger_function_call' as const, config: {} };
  const known = { ...action, type: 'action_dtmf' as const, action_trigger: trigger };
  const unknown = { ...action, type: 'action_set_hold' as const, action_trigger: trigger };
  expect(settingsOf(attached({ actions: [unknown, known] })).actions).toMatchObject([{ type: known.type }]);
});
