/** What a client asked of a session of `/v2/listen`. */
export interface FluxQuery {
  readonly model: string;
  readonly eotThreshold: number;
  /** Null: no eager ends. */
  readonly eagerThreshold: number | null;
  readonly timeoutMs: number;
  readonly keyterms: readonly string[];
  readonly languageHints: readonly string[];
}

/** Thresholds as a query or a `Configure` names them. */
export interface Thresholds {
  readonly eot_threshold?: unknown;
  readonly eager_eot_threshold?: unknown;
  readonly eot_timeout_ms?: unknown;
}

type ReadThresholds = Pick<FluxQuery, 'eotThreshold' | 'eagerThreshold' | 'timeoutMs'>;

const models = ['flux-general-en', 'flux-general-multi'];
const known = new Set(
  (
    'model encoding sample_rate eot_threshold eager_eot_threshold eot_timeout_ms keyterm language_hint ' +
    'profanity_filter numerals redact mip_opt_out tag'
  ).split(' '),
);
const defaults = { eotThreshold: 0.7, eagerThreshold: null, timeoutMs: 5000 };

/** Reads the query of `/v2/listen`; a text is the reason of a 400. Only telephone audio is taken. */
export function readFluxQuery(query: URLSearchParams): FluxQuery | string {
  const model = query.get('model') ?? '';
  if (!models.includes(model)) return `model: not one of ${models.join(', ')}`;
  if (query.get('encoding') !== 'mulaw') return 'encoding: only mulaw is served here';
  if (query.get('sample_rate') !== '8000') return 'sample_rate: only 8000 is served here';
  for (const name of query.keys()) if (!known.has(name)) return `${name} is not supported by ${model}`;
  const languageHints = query.getAll('language_hint');
  if (languageHints.length > 0 && model !== 'flux-general-multi')
    return `language_hint is not supported by ${model}`;
  if (languageHints.includes('')) return 'language_hint: empty';
  const thresholds = readThresholds(Object.fromEntries(query), defaults);
  if (typeof thresholds === 'string') return thresholds;
  return { model, ...thresholds, keyterms: query.getAll('keyterm'), languageHints };
}

/** `given` over `current`; a text says what is wrong with it. */
export function readThresholds(given: Thresholds, current: ReadThresholds): ReadThresholds | string {
  const eotThreshold = numberOf(given.eot_threshold) ?? current.eotThreshold;
  const eagerThreshold = numberOf(given.eager_eot_threshold) ?? current.eagerThreshold;
  const timeoutMs = numberOf(given.eot_timeout_ms) ?? current.timeoutMs;
  if (!isWithin(eotThreshold, 0.5, 1)) return 'eot_threshold: 0.5 to 1';
  if (eagerThreshold !== null && !isWithin(eagerThreshold, 0.3, 0.9))
    return 'eager_eot_threshold: 0.3 to 0.9';
  if (eagerThreshold !== null && eagerThreshold > eotThreshold)
    return 'eager_eot_threshold: more than eot_threshold';
  if (!isWithin(timeoutMs, 500, 60_000)) return 'eot_timeout_ms: 500 to 60000';
  return { eotThreshold, eagerThreshold, timeoutMs };
}

function numberOf(given: unknown): number | undefined {
  return given === undefined || given === null ? undefined : Number(given);
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
