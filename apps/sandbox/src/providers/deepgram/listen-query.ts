import type { RecogniserOptions } from './recogniser';

/** What a client asked of a session. */
export interface ListenQuery extends Omit<
  RecogniserOptions,
  'interimEveryMs' | 'falseEndAfterWords' | 'settlesAfterWords' | 'longestSegmentMs'
> {
  readonly model: string;
  readonly vadEvents: boolean;
  readonly formatted: boolean;
}

const LEAST_UTTERANCE_END_MS = 1000;
const DEFAULT_ENDPOINTING_MS = 10;

/** Reads the query of `/v1/listen`; a text is the reason of a 400. Only telephone audio is taken. */
export function readListenQuery(query: URLSearchParams): ListenQuery | string {
  const flag = (name: string) => query.get(name) === 'true';
  if (query.get('encoding') !== 'mulaw') return 'encoding: only mulaw is served here';
  if (query.get('sample_rate') !== '8000') return 'sample_rate: only 8000 is served here';
  if ((query.get('channels') ?? '1') !== '1') return 'channels: only 1 is served here';
  const model = query.get('model') ?? 'base-general';
  if (query.has('keyterm') && !model.startsWith('nova-3')) return `keyterm is not supported by ${model}`;
  if (query.has('keywords') && model.startsWith('nova-3')) return `keywords is not supported by ${model}`;
  const endpointing = query.get('endpointing');
  const endpointingMs = endpointing === null ? DEFAULT_ENDPOINTING_MS : Number(endpointing);
  if (endpointing !== 'false' && !Number.isInteger(endpointingMs)) return 'endpointing: not a whole number';
  const utteranceEnd = query.get('utterance_end_ms');
  if (utteranceEnd !== null) {
    if (!(Number(utteranceEnd) >= LEAST_UTTERANCE_END_MS)) return 'utterance_end_ms: at least 1000';
    if (!flag('interim_results')) return 'utterance_end_ms needs interim_results=true';
  }
  return {
    model,
    interimResults: flag('interim_results'),
    vadEvents: flag('vad_events'),
    formatted: flag('smart_format') || flag('punctuate'),
    endpointingMs: endpointing === 'false' ? null : endpointingMs,
    utteranceEndMs: utteranceEnd === null ? null : Number(utteranceEnd),
  };
}
