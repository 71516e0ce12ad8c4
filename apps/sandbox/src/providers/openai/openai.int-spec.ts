import {
  describeLanguageModel,
  LanguageModelBench,
  LanguageModelPeer,
  TOOL,
} from '@parley/language-models/testing';
import { OpenAiModel } from '@parley/language-models';
import { createLogger } from '@parley/observability';
import type { FaultSettings } from '../../faults';
import type { ModelEntries } from '../../journal';
import { closedPort, KEY, lineOf, providerOptions } from '../testing/provider-bench';
import { OpenAiProvider } from './openai-provider';

const answer = 'Sure, we have a table. For how many people, and at what time?';
const answerAfterTool = 'You are being transferred.';
const toolArguments = { to: '+15005550006', note: 'a "quoted" note' };
const script = {
  model: {
    rules: [
      {
        when: { lastUserContains: ['transfer'] },
        say: 'One moment.',
        tool: { name: TOOL.name, arguments: toolArguments },
      },
      { when: { afterTool: TOOL.name }, say: answerAfterTool },
      { when: { lastUserContains: ['table'] }, say: answer },
    ],
  },
  delays: { model: { firstTokenMs: 20, tokensPerSecond: 200 } },
};
const faults: Partial<Record<LanguageModelPeer, FaultSettings>> = {
  rate_limited: { model: { status: 429 } },
  broken: { model: { status: 500 } },
  slow: { model: { slowFirstByteMs: 60_000 } },
  stalls: { model: { stall: true } },
  cuts: { model: { reset: true } },
  ends_early: { model: { cut: true } },
  garbles: { model: { garbage: true } },
};

/** Whose API is spoken: OpenAI's, or that of Azure OpenAI. */
interface Dialect {
  readonly path: string;
  readonly azure?: { readonly apiVersion: string | null };
}

async function start(peer: LanguageModelPeer, { path, azure }: Dialect): Promise<LanguageModelBench> {
  const options = providerOptions<ModelEntries>(faults[peer], script);
  const provider = new OpenAiProvider(options);
  const open = await provider.start();
  const model = new OpenAiModel({
    apiKey: peer === 'wrong_key' ? 'another' : KEY,
    baseUrl: `http://127.0.0.1:${peer === 'unreachable' ? await closedPort() : open}${path}`,
    ...(azure && { azure }),
    model: 'any',
    firstTokenTimeoutMs: 1000,
    stallTimeoutMs: 200,
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
  return {
    model,
    answer,
    answerAfterTool,
    toolArguments,
    givenUp: async () => {
      await lineOf(options.journal, 'aborted');
    },
    stop: async () => {
      await model.close();
      await provider.close();
    },
  };
}

const dialects: Record<string, Dialect> = {
  OpenAI: { path: '/v1' },
  'Azure OpenAI, its v1 API': { path: '', azure: { apiVersion: null } },
  'Azure OpenAI, a dated API': { path: '', azure: { apiVersion: '2024-10-21' } },
};
for (const [name, dialect] of Object.entries(dialects))
  describeLanguageModel(name, (peer) => start(peer, dialect));
