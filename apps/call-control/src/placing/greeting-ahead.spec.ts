import { mediaPrepare } from '@parley/contracts';
import type { Agent, MediaPrepare } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { RecordingLogger } from '@parley/testing';
import { GreetingAhead } from './greeting-ahead';

const voice: Agent['voice'] = {
  id: newId(),
  user_id: newId(),
  type: 'voice_eleven_labs',
  voice_id: 'v1',
  stability: null,
  similarity_boost: null,
  api_key: 'sealed',
  optimize_streaming_latency: null,
  model_id: null,
  experimental_input_streaming: false,
};

/** What is told ahead of a call whose agent greets like this. */
function told(greeting: string | null, context: Record<string, string> | null = null): MediaPrepare[] {
  const messages: MediaPrepare[] = [];
  const publish = (subject: string, payload: string) => {
    expect(subject).toBe('media.v1.prepare');
    messages.push(mediaPrepare.payload.parse(JSON.parse(payload)));
  };
  const agent = { voice, language: 'en', initial_message: greeting, prompt: { content: 'Secret.' } };
  new GreetingAhead({ publish }, new RecordingLogger()).tell({
    agent: agent as unknown as Agent,
    context,
    hipaaCompliant: false,
  });
  return messages;
}

test('the greeting is told with its voice, the key still sealed, and nothing else of the agent', () => {
  expect(told('Hello.')).toEqual([
    { agent: { voice, language: 'en', initial_message: 'Hello.' }, context: {}, hipaa_compliant: false },
  ]);
});

test('of the context only what the greeting says is told', () => {
  const [message] = told('Hello ${name}.', { name: 'Ann', iban: 'DE1' });
  expect(message?.context).toEqual({ name: 'Ann' });
});

test.each([null, '', 'x'.repeat(5_000)])('nothing is told of %.10j', (greeting) => {
  expect(told(greeting)).toEqual([]);
});

test('a context that is too large is not told', () => {
  expect(told('Hello ${name}.', { name: 'x'.repeat(70_000) })).toEqual([]);
});

test('a bus that is away disturbs no call', () => {
  const logger = new RecordingLogger();
  const publish = () => {
    throw new Error('closed');
  };
  const agent = { voice, language: 'en', initial_message: 'Hello.' } as unknown as Agent;
  new GreetingAhead({ publish }, logger).tell({ agent, context: null, hipaaCompliant: false });
  expect(logger.lines).toHaveLength(1);
});
