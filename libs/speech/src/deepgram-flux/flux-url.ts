import type { EndpointingSensitivity, TranscriberOptions } from '@parley/conversation';

/** The languages of `flux-general-multi`.  @see https://developers.deepgram.com/docs/flux/language-prompting */
const multiLanguages = new Set(['en', 'es', 'fr', 'de', 'hi', 'ru', 'pt', 'ja', 'it', 'nl']);
/** More than this many words to listen for are refused by Deepgram. */
const MOST_KEYTERMS = 100;

interface Thresholds {
  /** How sure Flux has to be that the turn is over, 0.5–0.9; its own default is 0.7. */
  readonly endOfTurn: number;
  /** The same for the eager end, 0.3–0.9; about half the ends are told 150–250 ms early at 0.4. */
  readonly eager: number;
  /** Silence that ends a turn whatever the words were. Flux' own 5 s are dead air on a telephone. */
  readonly timeoutMs: number;
}

const thresholds: Readonly<Record<EndpointingSensitivity, Thresholds>> = {
  sensitive: { endOfTurn: 0.6, eager: 0.3, timeoutMs: 1500 },
  auto: { endOfTurn: 0.7, eager: 0.4, timeoutMs: 2500 },
  relaxed: { endOfTurn: 0.85, eager: 0.6, timeoutMs: 4000 },
};

export function fluxKnows(language: string): boolean {
  return multiLanguages.has(language);
}

/** The address of a session for telephone audio. */
export function fluxUrl(baseUrl: string, options: TranscriberOptions): string {
  const { endOfTurn, eager, timeoutMs } = thresholds[options.sensitivity];
  const isEnglish = options.language === 'en';
  const query = new URLSearchParams({
    model: isEnglish ? 'flux-general-en' : 'flux-general-multi',
    encoding: 'mulaw',
    sample_rate: '8000',
    eot_threshold: String(endOfTurn),
    eot_timeout_ms: String(timeoutMs),
  });
  // Without it Flux tells no eager ends at all.
  if (options.tellsEagerEnds) query.set('eager_eot_threshold', String(eager));
  if (!isEnglish) query.set('language_hint', options.language);
  const words = Object.keys(options.keywords).filter((word) => word.trim() !== '');
  for (const word of words.slice(0, MOST_KEYTERMS)) query.append('keyterm', word);
  return `${baseUrl.replace(/^http/, 'ws').replace(/\/+$/, '')}/v2/listen?${query.toString()}`;
}
