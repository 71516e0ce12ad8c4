import { testSpec } from '../testing/test-call';
import { conversationSettings, missingContext, transcriberOptions } from './call-settings';
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
const defaults = { maxCallMs: 600_000, prepareAhead: 'speech', fillerAfterMs: 1_000 } as const;
const settingsOf = (call: AttachedCall) => conversationSettings(call, 61_000, defaults);

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
  expect(transcriberOptions(testSpec({ endpointing_sensitivity: 'relaxed' }), defaults).endpointingMs).toBe(
    500,
  );
  expect(transcriberOptions(testSpec({ conversation_speed: 2 }), defaults).endpointingMs).toBe(150);
});

test('an action of a kind that conversations do not know is left out', () => {
  const action = { id: 'a', user_id: 'u', config: {} };
  const trigger = { type: 'action_trigger_function_call' as const, config: {} };
  const known = { ...action, type: 'action_dtmf' as const, action_trigger: trigger };
  const unknown = { ...action, type: 'action_set_hold' as const, action_trigger: trigger };
  expect(settingsOf(attached({ actions: [unknown, known] })).actions).toMatchObject([{ type: known.type }]);
});

test('eager ends of turns are asked for where something is made of them', () => {
  expect(transcriberOptions(testSpec(), defaults)).toMatchObject({
    tellsEagerEnds: true,
    sensitivity: 'auto',
  });
  expect(transcriberOptions(testSpec(), { prepareAhead: 'off' }).tellsEagerEnds).toBe(false);
});

describe('the prompt', () => {
  const promptOf = (content: string, more: object = {}) => {
    const { prompt } = testSpec().agent;
    return attached({ initial_message: null, prompt: { ...prompt, content, ...more } });
  };
  const withContext = (call: AttachedCall, context: Record<string, string> | null) => {
    return { ...call, spec: { ...call.spec, context } };
  };

  test('has the customer’s words first and whole, filled in; a value is not filled again', () => {
    const call = withContext(promptOf('Call ${name}.'), { name: '${name}' });
    expect(settingsOf(call).prompt).toMatch(/^Call \$\{name\}\.\n\nYou are on a phone call/);
  });

  test('is filled even where there is no context at all', () => {
    expect(settingsOf(promptOf('Hello ${name}!')).prompt).toMatch(/^Hello !\n/);
  });

  test('what it lacks is named once on the call, with what its template requires', () => {
    const template = { id: 'i', user_id: 'u', label: '', required_context_keys: ['city', 'name'] };
    const call = withContext(promptOf('${name} ${age}', { prompt_template: template }), { name: 'Ada' });
    expect(missingContext(call)).toBe("The call's context lacks city, age: left empty.");
    expect(missingContext({ ...call, stint: 2 })).toBeNull();
    expect(missingContext(promptOf('Nothing to fill.'))).toBeNull();
  });

  test('many long names make one short sentence', () => {
    const names = Array.from({ length: 300 }, (_, index) => `\${${'x'.repeat(150)}${index}}`);
    expect(missingContext(promptOf(names.join(' ')))?.length).toBeLessThan(1_500);
  });

  test('asks for the fields that are to be found out', () => {
    const field = {
      field_type: 'field_type_email' as const,
      label: 'E-mail',
      name: 'mail',
      description: null,
    };
    const settings = settingsOf(promptOf('Be kind.', { collect_fields: [field] }));
    expect(settings.prompt).toContain('- E-mail');
    expect(settings.collectFields).toEqual([
      { type: 'email', name: 'mail', label: 'E-mail', description: null },
    ]);
  });
});

test('in menus the agent may be silent, and asks nobody whether they are there', () => {
  const agent = { ivr_navigation_mode: 'default', ask_if_human_present_on_idle: true } as const;
  expect(settingsOf(attached(agent))).toMatchObject({ maySayNothing: true, askIfPresentOnIdle: false });
});

test('an outside action comes with what the model and the caller are told, and nothing else', () => {
  const action = {
    id: 'a',
    user_id: 'u',
    type: 'action_external' as const,
    action_trigger: { type: 'action_trigger_function_call' as const, config: {} },
    config: {
      processing_mode: 'muted' as const,
      name: 'Book',
      description: 'Books.',
      url: 'https://x.test/book',
      input_schema: { type: 'object' as const },
      speak_on_send: true,
      speak_on_receive: false,
      signature_secret: 'sealed',
    },
  };
  expect(settingsOf(attached({ actions: [action] })).actions).toEqual([
    {
      type: 'action_external',
      id: 'a',
      trigger: { by: 'model' },
      name: 'Book',
      description: 'Books.',
      inputSchema: { type: 'object' },
      speakOnSend: true,
      speakOnReceive: false,
    },
  ]);
});
