import { flagSetting, logLevels, portSetting } from '@parley/observability';
import { z } from 'zod';

const key = (whose: string) =>
  z.string().optional().describe(`the one key that ${whose} takes; any, when not set`);

/** What the sandbox reads. Ports: 0, the default, takes any free one. */
export const sandboxSettings = z.object({
  HOST: z.string().default('127.0.0.1').describe('the address to listen on'),
  LOG_LEVEL: z
    .enum(logLevels, { error: 'not a log level' })
    .default('info')
    .describe(`one of ${logLevels.join(', ')}`),
  SANDBOX_DIR: z.string().describe('the folder for journals and recordings'),
  SANDBOX_SCRIPT: z.string().describe('the script of callers and model, a JSON file'),
  SANDBOX_FAULTS: z.string().default('{}').describe('the faults in force at first, as JSON'),
  SANDBOX_NUMBERS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((number) => number.trim())
        .filter(Boolean),
    )
    .describe('numbers that the account owns from the beginning, separated by commas'),
  SANDBOX_RECORDINGS: flagSetting(true),
  SANDBOX_ESPEAK: z.string().optional().describe('the espeak-ng program; without it words are tones alone'),
  SANDBOX_TWILIO_PORT: portSetting(),
  SANDBOX_DEEPGRAM_PORT: portSetting(),
  SANDBOX_OPENAI_PORT: portSetting(),
  SANDBOX_ELEVENLABS_PORT: portSetting(),
  SANDBOX_AZURE_PORT: portSetting(),
  SANDBOX_RIME_PORT: portSetting(),
  SANDBOX_RECEIVER_PORT: portSetting(),
  SANDBOX_CONTROL_PORT: portSetting(),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-fA-F]{32}$/, 'not AC and 32 hexadecimal digits')
    .describe('the account that the carrier knows'),
  TWILIO_AUTH_TOKEN: z
    .string()
    .min(1)
    .describe("the account's token, which also signs the carrier's requests"),
  DEEPGRAM_API_KEY: key('the transcriber'),
  OPENAI_API_KEY: key('the model'),
  ELEVENLABS_API_KEY: key('the voice'),
  RIME_API_KEY: key("Rime's voice"),
  AZURE_SPEECH_KEY: key('Azure Speech'),
});

export type SandboxSettings = z.output<typeof sandboxSettings>;
