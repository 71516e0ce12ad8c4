import {
  commonSettings,
  keyListSetting,
  keySetting,
  publicMediaUrlSetting,
  urlSetting,
} from '@parley/observability';
import { z } from 'zod';
import {
  modelListSetting,
  orderProblems,
  providerListSetting,
  transcriberNames,
  voiceNames,
} from './providers/provider-order';

const text = (wanted: string) => z.string().min(1).max(500).describe(wanted);
const count = (fallback: number, most: number, wanted: string) =>
  z.coerce.number({ error: 'not a number' }).int().min(1).max(most).default(fallback).describe(wanted);
const httpBase = (vendor: string) =>
  urlSetting(['https:', 'http:'], `another address of ${vendor}, https://… or http://…`).optional();

const fields = commonSettings.extend({
  PUBLIC_MEDIA_URL: publicMediaUrlSetting(),
  MEDIA_TOKEN_KEY: keySetting(),
  SECRETS_KEYS: keyListSetting(),
  TWILIO_AUTH_TOKEN: text('the auth token of the Twilio account'),
  TRANSCRIBERS: providerListSetting(transcriberNames, 'transcribers').optional(),
  VOICES: providerListSetting(voiceNames, 'voices').optional(),
  MODELS: modelListSetting().optional(),
  OPENAI_API_KEY: text('an API key of OpenAI, or of the server at OPENAI_BASE_URL').optional(),
  OPENAI_BASE_URL: httpBase('OpenAI'),
  OPENAI_ACCOUNTS_URL: httpBase("OpenAI for agents' own accounts, whose keys go nowhere else"),
  OPENAI_MODEL: text('the chat model of agents that name none').default('gpt-4o-mini'),
  OPENAI_TRANSCRIBE_MODEL: text('the model that OpenAI transcribes with').default('gpt-4o-mini-transcribe'),
  OPENAI_SPEECH_MODEL: text('the model that OpenAI speaks with').default('gpt-4o-mini-tts'),
  OPENAI_VOICE: text('the voice of OpenAI for agents that name none').default('alloy'),
  AZURE_OPENAI_API_KEY: text('a key of your Azure OpenAI resource').optional(),
  AZURE_OPENAI_BASE_URL: httpBase('your Azure OpenAI resource, like https://name.openai.azure.com'),
  AZURE_OPENAI_API_VERSION: text(
    "the version of Azure's API, like 2024-10-21; its v1 API when not set",
  ).optional(),
  AZURE_OPENAI_MODEL: text('the name of your deployment of a chat model at Azure OpenAI').optional(),
  DEEPGRAM_API_KEY: text('an API key of Deepgram').optional(),
  DEEPGRAM_BASE_URL: urlSetting(['wss:', 'ws:'], 'another address of Deepgram, wss://… or ws://…').optional(),
  DEEPGRAM_MODEL: text('the model that Deepgram transcribes with').default('nova-3'),
  DEEPGRAM_VOICE: text('the voice of Deepgram for agents that name none').default('aura-2-thalia-en'),
  ELEVENLABS_API_KEY: text('an API key of ElevenLabs').optional(),
  ELEVENLABS_BASE_URL: httpBase('ElevenLabs'),
  ELEVENLABS_VOICE_ID: text('the voice of ElevenLabs for agents that name none').default(
    '21m00Tcm4TlvDq8ikWAM',
  ),
  AZURE_SPEECH_KEY: text('a key of your Azure Speech resource').optional(),
  AZURE_SPEECH_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'not the name of a region')
    .optional()
    .describe('the region of your Azure Speech resource, like westeurope'),
  AZURE_SPEECH_TTS_URL: httpBase("Azure's speech synthesis"),
  AZURE_SPEECH_STT_URL: urlSetting(
    ['wss:', 'ws:'],
    "another address of Azure's speech recognition, wss://… or ws://…",
  ).optional(),
  AZURE_VOICE_NAME: text('the voice of Azure for agents that name none').default(
    'en-US-AvaMultilingualNeural',
  ),
  RIME_API_KEY: text('an API key of Rime').optional(),
  RIME_BASE_URL: httpBase('Rime'),
  RIME_SPEAKER: text('the voice of Rime for agents that name none').default('astra'),
  RIME_MODEL: text('the model of that voice').default('coda'),
  INSTANCE_ID: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'not 1 to 64 letters, digits, _ and -')
    .optional()
    .describe('the name of this process among its kind; made up when not set'),
  MAX_CALLS: count(500, 10_000, 'the number of calls held at once; more are refused'),
  MAX_CALL_MINUTES: count(239, 24 * 60, 'the longest a call may last, in minutes'),
  PREPARE_AHEAD: z
    .enum(['off', 'reply', 'speech'], { error: 'none of off, reply, speech' })
    .default('speech')
    .describe('what is made ready before a caller has finished: off, the reply, or also its speech'),
  FILLER_AFTER_MS: z.coerce
    .number({ error: 'not a number' })
    .int()
    .min(0)
    .max(10_000)
    .default(1_000)
    .describe('how long a caller waits before a short word bridges the silence, in ms; 0: none does'),
  TRACE_DIR: text('a folder for what calls heard and did, one file a call, for `npm run replay`').optional(),
  TRACE_CALLS: z
    .enum(['all', 'failed'], { error: 'neither all nor failed' })
    .default('failed')
    .describe('which calls leave a file in TRACE_DIR: all, or those with a fault or problem'),
  TRACE_WORDS: z
    .enum(['kept', 'left_out'], { error: 'neither kept nor left_out' })
    .default('left_out')
    .describe('whether the files in TRACE_DIR hold what was said; left_out: other words in its place'),
  DRAIN_SECONDS: count(600, 14_000, 'how long running calls may go on after SIGTERM, in seconds'),
});

/** What `media` reads from its environment: every key is optional, but each role needs someone to play it. */
export const mediaSettings = fields.superRefine((settings, context) => {
  for (const { setting, message } of orderProblems(settings))
    context.addIssue({ code: 'custom', path: [setting], message });
});

export type MediaSettings = z.output<typeof mediaSettings>;
