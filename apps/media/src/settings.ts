import {
  commonSettings,
  keyListSetting,
  keySetting,
  publicMediaUrlSetting,
  urlSetting,
} from '@parley/observability';
import { z } from 'zod';

const text = (wanted: string) => z.string().min(1).max(500).describe(wanted);
const count = (fallback: number, most: number, wanted: string) =>
  z.coerce.number({ error: 'not a number' }).int().min(1).max(most).default(fallback).describe(wanted);
const httpBase = (vendor: string) =>
  urlSetting(['https:', 'http:'], `another address of ${vendor}, https://… or http://…`).optional();

/** What `media` reads from its environment. */
export const mediaSettings = commonSettings.extend({
  PUBLIC_MEDIA_URL: publicMediaUrlSetting(),
  MEDIA_TOKEN_KEY: keySetting(),
  SECRETS_KEYS: keyListSetting(),
  TWILIO_AUTH_TOKEN: text('the auth token of the Twilio account'),
  OPENAI_API_KEY: text('an API key of OpenAI, or of the server at OPENAI_BASE_URL'),
  OPENAI_BASE_URL: httpBase('OpenAI'),
  OPENAI_MODEL: text('the chat model of agents that name none').default('gpt-4o-mini'),
  DEEPGRAM_API_KEY: text('an API key of Deepgram'),
  DEEPGRAM_BASE_URL: urlSetting(['wss:', 'ws:'], 'another address of Deepgram, wss://… or ws://…').optional(),
  ELEVENLABS_API_KEY: text('an API key of ElevenLabs'),
  ELEVENLABS_BASE_URL: httpBase('ElevenLabs'),
  ELEVENLABS_VOICE_ID: text('the voice of agents that name none').default('21m00Tcm4TlvDq8ikWAM'),
  INSTANCE_ID: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'not 1 to 64 letters, digits, _ and -')
    .optional()
    .describe('the name of this process among its kind; made up when not set'),
  MAX_CALLS: count(500, 10_000, 'the number of calls held at once; more are refused'),
  MAX_CALL_MINUTES: count(239, 24 * 60, 'the longest a call may last, in minutes'),
  TRACE_DIR: text(
    'a folder for what each call heard, one file a call: for a replay, with all words',
  ).optional(),
  DRAIN_SECONDS: count(600, 14_000, 'how long running calls may go on after SIGTERM, in seconds'),
});

export type MediaSettings = z.output<typeof mediaSettings>;
