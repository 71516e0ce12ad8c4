import { z } from 'zod';

export const transcriberNames = ['deepgram_flux', 'deepgram', 'azure', 'openai'] as const;
export const voiceNames = ['eleven_labs', 'azure', 'rime', 'deepgram', 'openai'] as const;
export const modelNames = ['openai', 'azure'] as const;

export type TranscriberName = (typeof transcriberNames)[number];
export type VoiceName = (typeof voiceNames)[number];
export type ModelName = (typeof modelNames)[number];

/** A model of one provider; null takes the one that the deployment names for it. */
export interface ModelChoice {
  readonly provider: ModelName;
  readonly model: string | null;
}

/** Who plays each role: the first by default, the others when those before them fail. */
export interface ProviderOrder {
  readonly transcribers: readonly TranscriberName[];
  readonly voices: readonly VoiceName[];
  readonly models: readonly ModelChoice[];
}

/** The settings that decide it, of which any may be missing. */
export interface OrderSettings {
  readonly TRANSCRIBERS?: readonly TranscriberName[] | undefined;
  readonly VOICES?: readonly VoiceName[] | undefined;
  readonly MODELS?: readonly ModelChoice[] | undefined;
  readonly DEEPGRAM_API_KEY?: string | undefined;
  readonly OPENAI_API_KEY?: string | undefined;
  readonly OPENAI_BASE_URL?: string | undefined;
  readonly ELEVENLABS_API_KEY?: string | undefined;
  readonly RIME_API_KEY?: string | undefined;
  readonly AZURE_SPEECH_KEY?: string | undefined;
  readonly AZURE_SPEECH_REGION?: string | undefined;
  readonly AZURE_SPEECH_TTS_URL?: string | undefined;
  readonly AZURE_SPEECH_STT_URL?: string | undefined;
  readonly AZURE_OPENAI_API_KEY?: string | undefined;
  readonly AZURE_OPENAI_BASE_URL?: string | undefined;
  readonly AZURE_OPENAI_MODEL?: string | undefined;
}

type SettingName = keyof OrderSettings;

/** What a provider cannot be asked without: one setting of each group. */
const transcriberNeeds: Record<TranscriberName, readonly (readonly SettingName[])[]> = {
  deepgram_flux: [['DEEPGRAM_API_KEY']],
  deepgram: [['DEEPGRAM_API_KEY']],
  azure: [['AZURE_SPEECH_KEY'], ['AZURE_SPEECH_REGION', 'AZURE_SPEECH_STT_URL']],
  openai: [['OPENAI_API_KEY']],
};
const voiceNeeds: Record<VoiceName, readonly (readonly SettingName[])[]> = {
  eleven_labs: [['ELEVENLABS_API_KEY']],
  azure: [['AZURE_SPEECH_KEY'], ['AZURE_SPEECH_REGION', 'AZURE_SPEECH_TTS_URL']],
  rime: [['RIME_API_KEY']],
  deepgram: [['DEEPGRAM_API_KEY']],
  openai: [['OPENAI_API_KEY']],
};
const modelNeeds: Record<ModelName, readonly (readonly SettingName[])[]> = {
  openai: [['OPENAI_API_KEY']],
  azure: [['AZURE_OPENAI_API_KEY'], ['AZURE_OPENAI_BASE_URL'], ['AZURE_OPENAI_MODEL']],
};

/** One line of the operator's mistake, and the setting that it stands in. */
export interface OrderProblem {
  readonly setting: 'TRANSCRIBERS' | 'VOICES' | 'MODELS';
  readonly message: string;
}

/**
 * The order that the settings give, or that the keys which are set make up. A server at OPENAI_BASE_URL may be one that
 * has only a chat model: it counts as transcriber and voice when nobody else does, or a list names it.
 */
export function providerOrder(settings: OrderSettings): ProviderOrder {
  const isOpenAi = settings.OPENAI_BASE_URL === undefined;
  const keyed = <Name extends string>(
    names: readonly Name[],
    needs: Record<Name, readonly Group[]>,
  ): Name[] => {
    const usable = names.filter((name) => missingOf(needs[name], settings).length === 0);
    const certain = usable.filter((name) => name !== 'openai' || isOpenAi);
    return certain.length > 0 ? certain : usable;
  };
  return {
    transcribers: settings.TRANSCRIBERS ?? keyed(transcriberNames, transcriberNeeds),
    voices: settings.VOICES ?? keyed(voiceNames, voiceNeeds),
    models: settings.MODELS ?? [...availableModels(settings)].map((provider) => ({ provider, model: null })),
  };
}

/** The model providers that a call can be given, whether or not the order has them. */
export function availableModels(settings: OrderSettings): ReadonlySet<ModelName> {
  return new Set(modelNames.filter((name) => missingOf(modelNeeds[name], settings).length === 0));
}

type Group = readonly SettingName[];

/** What keeps a process with these settings from holding calls. */
export function orderProblems(settings: OrderSettings): OrderProblem[] {
  const { transcribers, voices, models } = providerOrder(settings);
  const named = models.map(({ provider }) => provider);
  return [
    ...problemsOf('TRANSCRIBERS', transcribers, transcriberNeeds, settings),
    ...problemsOf('VOICES', voices, voiceNeeds, settings),
    ...problemsOf('MODELS', named, modelNeeds, settings),
  ];
}

const roles = { TRANSCRIBERS: 'transcriber', VOICES: 'voice', MODELS: 'model' };

function problemsOf<Name extends string>(
  setting: OrderProblem['setting'],
  order: readonly Name[],
  needs: Record<Name, readonly Group[]>,
  settings: OrderSettings,
): OrderProblem[] {
  if (order.length === 0) {
    const keys = [...new Set(Object.values<readonly Group[]>(needs).map(([key]) => key?.[0] ?? ''))];
    return [{ setting, message: `There is no ${roles[setting]}: set ${keys.join(' or ')}.` }];
  }
  return order.flatMap((name) => {
    const missing = missingOf(needs[name], settings);
    if (missing.length === 0) return [];
    return [{ setting, message: `${setting} names ${name}: set ${missing.join(' and ')} too.` }];
  });
}

function missingOf(groups: readonly Group[], settings: OrderSettings): string[] {
  return groups
    .filter((group) => group.every((name) => settings[name] === undefined))
    .map((group) => group.join(' or '));
}

/** A list like `azure,openai`, each name once. */
export function providerListSetting<Name extends string>(names: readonly Name[], role: string) {
  const all = names.join(', ');
  return z
    .string()
    .transform((text) => text.split(',').map((entry) => entry.trim()))
    .refine((list) => list.every((name) => (names as readonly string[]).includes(name)), {
      message: `not a list of ${all}`,
      abort: true,
    })
    .refine((list) => new Set(list).size === list.length, { message: 'a name comes twice', abort: true })
    .transform((list) => list as unknown as readonly Name[])
    .describe(`a list of ${role}, the first by default, the others when those before fail: of ${all}`);
}

/** A list like `openai:gpt-4o,openai:gpt-4o-mini,azure`. */
export function modelListSetting() {
  const entry = /^(openai|azure)(?::(\S{1,200}))?$/;
  const wanted = `of ${modelNames.join(', ')}, with or without a model, like openai:gpt-4o`;
  return z
    .string()
    .transform((text) => text.split(',').map((part) => entry.exec(part.trim())))
    .refine((parts) => parts.every((part) => part !== null), { message: `not a list ${wanted}`, abort: true })
    .transform((parts): readonly ModelChoice[] =>
      parts.map((part) => ({ provider: part?.[1] as ModelName, model: part?.[2] ?? null })),
    )
    .describe(`a list of models, the first by default, the others when those before fail: ${wanted}`);
}
