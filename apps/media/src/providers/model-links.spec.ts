import type { CallSpec } from '@parley/contracts';
import { FakeClock, newId } from '@parley/kernel';
import { OpenAiModel, ToolSheddingModel } from '@parley/language-models';
import { createLogger } from '@parley/observability';
import { SecretBox } from '@parley/secrets';
import { mediaSettings } from '../settings';
import { testSpec } from '../testing/test-call';
import { Adapters } from './adapters';
import { ModelLinks } from './model-links';
import { availableModels, providerOrder } from './provider-order';

const key = Buffer.alloc(32, 7).toString('base64');
const secrets = SecretBox.fromKeys(`k1:${key}`);
const always = {
  NATS_URL: 'nats://127.0.0.1:4222',
  PUBLIC_MEDIA_URL: 'wss://voice.example.com',
  MEDIA_TOKEN_KEY: key,
  SECRETS_KEYS: `k1:${key}`,
  TWILIO_AUTH_TOKEN: 't',
  OPENAI_API_KEY: 'deployment-key',
};
const azure = {
  AZURE_OPENAI_API_KEY: 'z',
  AZURE_OPENAI_BASE_URL: 'https://name.openai.azure.com',
  AZURE_OPENAI_MODEL: 'mine',
};
const account = "the agent's own OpenAI account";

type Agent = Partial<CallSpec['agent']>;

function given(env: Record<string, string | undefined> = {}) {
  const settings = mediaSettings.parse({ ...always, ...env });
  const adapters = new Adapters(settings, createLogger({ service: 'test', level: 'silent' }));
  const { models } = providerOrder(settings);
  const clock = new FakeClock();
  const links = new ModelLinks(adapters, models, availableModels(settings), secrets, clock);
  const problems: string[] = [];
  const onProblem = (code: string, message: string) => void problems.push(`${code}: ${message}`);
  const forAgent = (agent: Agent) => links.forCall({ spec: testSpec(agent), onProblem });
  const namesFor = (agent: Agent) => forAgent(agent).map(({ name }) => name);
  return { adapters, forAgent, namesFor, problems };
}

function ownAccount(apiKey = 'own-key'): NonNullable<CallSpec['agent']['openai_account_connection']> {
  const [id, userId] = [newId(), newId()];
  const binding = { userId, resource: 'account_connections', id, field: 'openai_api_key' };
  const credentials = { openai_api_key: secrets.seal(apiKey, binding) };
  return { id, user_id: userId, type: 'account_connection_openai', credentials };
}

test('an agent that names nothing takes the order of the deployment', () => {
  expect(given({ ...azure, MODELS: 'azure,openai:gpt-4o,openai' }).namesFor({})).toEqual([
    'azure',
    'openai with gpt-4o',
    'openai',
  ]);
});

test('a model that an agent names fails for those alone who name it', () => {
  const { forAgent } = given();
  const first = (openai_model_name_override: string | null) => forAgent({ openai_model_name_override })[0];
  first('slow')?.breaker.failed(true);
  expect(['slow', 'quick', null].map((name) => first(name)?.breaker.isOpen)).toEqual([true, false, false]);
});

test('a deployment without an OpenAI key thinks at Azure, and takes accounts of agents', () => {
  const { forAgent, namesFor } = given({
    ...azure,
    OPENAI_API_KEY: undefined,
    DEEPGRAM_API_KEY: 'd',
  });
  expect(namesFor({})).toEqual(['azure']);
  expect(namesFor({ openai_account_connection: ownAccount() })).toEqual([account, 'azure']);
  expect(forAgent({ openai_account_connection: ownAccount() })[0]?.provider.provider.name).toBe('openai');
});

test("the agent's own account comes first, with its model, and the deployment behind it", () => {
  const agent = { openai_account_connection: ownAccount(), openai_model_name_override: 'gpt-4o' };
  const links = given(azure).forAgent(agent);
  expect(links.map(({ name }) => name)).toEqual([`${account} with gpt-4o`, 'openai', 'azure']);
  expect(links[0]?.provider.model).toBe('gpt-4o');
});

test.each([
  ['at another server than the deployment’s', { OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' }, false],
  [
    'at the same one where that is said',
    { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', OPENAI_ACCOUNTS_URL: 'http://127.0.0.1:9/v1' },
    true,
  ],
  ['at the same one where both are OpenAI', {}, true],
])("the key of an agent's own account is shown %s", async (_, env, isShared) => {
  const { adapters } = given(env);
  expect(adapters.accounts() === adapters.model('openai')).toBe(isShared);
  expect(adapters.accounts()).toBe(adapters.accounts());
  await adapters.close();
});

test('the fallback of an agent comes behind its first model, with the same account', () => {
  const fallback = { provider: 'openai', model_name: 'gpt-4o-mini' } as const;
  const { namesFor } = given(azure);
  expect(namesFor({ llm_fallback: fallback })).toEqual(['openai', 'openai with gpt-4o-mini', 'azure']);
  const own = { openai_account_connection: ownAccount() };
  expect(namesFor({ ...own, llm_fallback: fallback })).toEqual([
    account,
    `${account} with gpt-4o-mini`,
    'openai',
    'azure',
  ]);
  expect(namesFor({ ...own, llm_fallback: { provider: 'azure', model_name: 'big' } })).toEqual([
    account,
    'azure with big',
    'openai',
    'azure',
  ]);
});

test('a model that is named without an account is asked of the deployment’s OpenAI', () => {
  expect(given().namesFor({ openai_model_name_override: 'gpt-4o' })).toEqual([
    'openai with gpt-4o',
    'openai',
  ]);
});

test('a fallback of which the deployment has no key is told, and left out', () => {
  const { namesFor, problems } = given();
  expect(namesFor({ llm_fallback: { provider: 'azure', model_name: 'big' } })).toEqual(['openai']);
  expect(problems).toEqual([
    'MODEL.NOT_AS_SET: llm_fallback names azure, of which this deployment has no key.',
  ]);
});

test('an account whose key cannot be opened is told, and nothing of the key is', () => {
  const connection = { ...ownAccount('own-key'), user_id: newId() };
  const { namesFor, problems } = given();
  expect(namesFor({ openai_account_connection: connection })).toEqual(['openai']);
  expect(problems).toHaveLength(1);
  expect(problems[0]).not.toContain('own-key');
});

test('calls with the same account share its client and what is known of it', () => {
  const { forAgent } = given();
  const [one, other, third] = [ownAccount('a'), ownAccount('a'), ownAccount('b')].map(
    (connection) => forAgent({ openai_account_connection: connection })[0],
  );
  expect(one?.breaker).toBe(other?.breaker);
  expect(one?.provider.provider).toBe(other?.provider.provider);
  expect(one?.breaker).not.toBe(third?.breaker);
});

test('what an agent names wrongly does not close the models of the deployment', () => {
  const { forAgent } = given();
  for (let calls = 0; calls < 3; calls += 1)
    forAgent({ openai_model_name_override: 'gone' })[0]?.breaker.failed(true);
  expect(forAgent({})[0]?.breaker.isOpen).toBe(false);
});

test('actions of a customer may be left out, for a vendor that refuses their schema; without any nothing is in between', () => {
  const action: Agent['actions'] = [
    {
      ...{ id: newId(), user_id: newId(), type: 'action_external' },
      action_trigger: { type: 'action_trigger_function_call', config: {} },
      config: {
        ...{ processing_mode: 'muted', name: 'book', description: 'Books.', url: 'https://x.test/book' },
        input_schema: { type: 'object' },
        ...{ speak_on_send: false, speak_on_receive: false, signature_secret: 'sealed' },
      },
    },
  ];
  const { forAgent } = given();
  const providerOf = (agent: Agent) => forAgent(agent)[0]?.provider.provider;
  expect(providerOf({ actions: action })).toBeInstanceOf(ToolSheddingModel);
  expect(providerOf({})).toBeInstanceOf(OpenAiModel);
});
