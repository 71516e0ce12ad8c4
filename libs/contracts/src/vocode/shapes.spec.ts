import { AppError } from '@parley/kernel';
import { parseOrThrow } from '../issues';
import { actionParams, actionUpdateParams } from './actions';
import { agentParams, agentUpdateParams } from './agents';
import { createCallParams } from './calls';
import { updateNumberParams } from './numbers';
import { voiceParams } from './voices';

const uuid = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
const issuesOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return AppError.from(error).issues?.map(({ path, type }) => `${path.join('.')} ${type}`);
  }
  return [];
};

describe('action params', () => {
  it('fill their defaults', () => {
    expect(actionParams.parse({ type: 'action_end_conversation' })).toEqual({
      type: 'action_end_conversation',
      config: {},
      action_trigger: { type: 'action_trigger_function_call', config: {} },
    });
  });

  it('take a number as text or integer', () => {
    const parse = (phone_number: unknown) =>
      actionParams.parse({ type: 'action_transfer_call', config: { phone_number } });
    expect(parse('11234567890')).toEqual(parse(11234567890));
  });

  it('name what is missing', () => {
    expect(issuesOf(() => parseOrThrow(actionParams, { type: 'action_transfer_call' }, ['body']))).toEqual([
      'body.config missing',
    ]);
  });
});

describe('voice params', () => {
  it('take numbers as strings', () => {
    expect(
      voiceParams.parse({
        type: 'voice_eleven_labs',
        voice_id: 'x',
        stability: '.2',
        optimize_streaming_latency: '4',
      }),
    ).toMatchObject({ stability: 0.2, optimize_streaming_latency: 4, api_key: null });
  });
});

describe('agent params', () => {
  const minimal = { prompt: 'You are kind.', voice: { type: 'voice_azure', voice_name: 'x' } };

  it('take a prompt as text, and give every dial its default', () => {
    expect(agentParams.parse(minimal)).toMatchObject({
      prompt: { content: 'You are kind.' },
      voice: { pitch: 0, rate: 15 },
      actions: [],
      webhook: null,
      interrupt_sensitivity: 'low',
      conversation_speed: 1,
    });
  });

  it('keep a prompt that is an id', () => {
    expect(agentParams.parse({ ...minimal, prompt: uuid })).toMatchObject({ prompt: uuid });
  });

  it('report the branch of a union that the input came nearest to', () => {
    expect(
      issuesOf(() => parseOrThrow(agentParams, { ...minimal, voice: { type: 'voice_rime' } }, ['body'])),
    ).toEqual(['body.voice.speaker missing']);
  });

  it('do not take a string of another kind for an id of an action', () => {
    expect(
      issuesOf(() => parseOrThrow(agentParams, { ...minimal, actions: ['nope'] }, ['body'])),
    ).toHaveLength(1);
  });
});

describe('texts', () => {
  const wrong = ['a\0b', 'a\ud800b', '\udc00'];

  it.each(wrong)('that no database takes are refused by name: %j', (text) => {
    const voice = { type: 'voice_azure', voice_name: text };
    expect(issuesOf(() => parseOrThrow(voiceParams, voice, ['body']))).toEqual([
      'body.voice_name string_pattern_mismatch',
    ]);
    const call = { from_number: '1', to_number: '2', agent: uuid };
    expect(
      issuesOf(() => parseOrThrow(createCallParams, { ...call, context: { a: text } }, ['body'])),
    ).toEqual(['body.context.a string_pattern_mismatch']);
    expect(
      issuesOf(() => parseOrThrow(createCallParams, { ...call, context: { [text]: 'a' } }, ['body'])),
    ).toEqual([`body.context.${text} value_error`]);
    const agent = { prompt: text, voice, initial_message: text, name: text, webhook: { url: text } };
    expect(issuesOf(() => parseOrThrow(agentParams, agent, ['body']))).toEqual(
      expect.arrayContaining([
        'body.name string_pattern_mismatch',
        'body.initial_message string_pattern_mismatch',
      ]),
    );
  });

  it('keep every other character', () => {
    expect(voiceParams.parse({ type: 'voice_azure', voice_name: '\u0001é😀\u2028' })).toMatchObject({
      voice_name: '\u0001é😀\u2028',
    });
  });

  it('of a map may have 64 Ki characters in all', () => {
    const sized = (chars: number) => ({ context: { a: 'x'.repeat(chars - 1) } });
    const call = { from_number: '1', to_number: '2', agent: uuid };
    const parse = (over: object) =>
      issuesOf(() => parseOrThrow(createCallParams, { ...call, ...over }, ['body']));
    expect(parse(sized(65_536))).toEqual([]);
    expect(parse(sized(65_537))).toEqual(['body.context value_error']);
  });
});

describe('what is wrong', () => {
  it('is told fifty times at most, however large the input, and whatever branch it is in', () => {
    const wrongKeys = Object.fromEntries(Array.from({ length: 130_000 }, (_, n) => [`k${n}`, 'x']));
    const agent = {
      prompt: '',
      voice: { type: 'voice_vocode', voice_id: 'joe' },
      deepgram_keywords: wrongKeys,
    };
    const call = { from_number: '1', to_number: '2', agent };
    expect(issuesOf(() => parseOrThrow(createCallParams, call, ['body']))).toHaveLength(50);
  });
});

describe('partial updates', () => {
  it('tell absent, empty and null apart', () => {
    expect(agentUpdateParams.parse({})).toEqual({});
    expect(agentUpdateParams.parse({ initial_message: {} })).toEqual({});
    expect(agentUpdateParams.parse({ initial_message: null })).toEqual({ initial_message: null });
    expect(agentUpdateParams.parse({ prompt: null, voice: {} })).toEqual({});
    expect(agentUpdateParams.parse({ webhook: null })).toEqual({ webhook: null });
  });

  it('take an action without its config', () => {
    expect(actionUpdateParams.parse({ type: 'action_dtmf', config: {} })).toEqual({ type: 'action_dtmf' });
  });

  it('take the inline agent of a number', () => {
    expect(
      updateNumberParams.parse({
        inbound_agent: {
          actions: [uuid, { type: 'action_transfer_call', config: { phone_number: '1123' } }],
        },
        user_id: 'ignored',
      }),
    ).toEqual({
      inbound_agent: { actions: [uuid, { type: 'action_transfer_call', config: { phone_number: '1123' } }] },
    });
  });
});

describe('create call params', () => {
  it('take the shortest form', () => {
    expect(
      createCallParams.parse({ from_number: 11234567890, to_number: '+1 123 456 7890', agent: uuid }),
    ).toEqual({
      from_number: '11234567890',
      to_number: '+1 123 456 7890',
      agent: uuid,
      on_no_human_answer: 'continue',
      run_do_not_call_detection: null,
      hipaa_compliant: false,
      context: null,
      telephony_params: null,
      metadata: null,
    });
  });

  it('name every missing field', () => {
    expect(issuesOf(() => parseOrThrow(createCallParams, {}, ['body']))).toEqual([
      'body.from_number missing',
      'body.to_number missing',
      'body.agent missing',
    ]);
  });

  it('tell a wrong type from a missing field', () => {
    expect(
      issuesOf(() =>
        parseOrThrow(createCallParams, { from_number: true, to_number: '1', agent: uuid }, ['body']),
      ),
    ).toEqual(['body.from_number string_type']);
  });
});
