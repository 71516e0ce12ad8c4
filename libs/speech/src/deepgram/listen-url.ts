import type { TranscriberOptions } from '@parley/conversation';

/** Silence after which Deepgram tells the end of an utterance, in ms; its least value. */
const UTTERANCE_END_MS = 1000;
/** More than this many words to listen for are refused by Deepgram. */
const MOST_KEYTERMS = 100;

/**
 * The address of a live session for telephone audio. Nova-3 and later take `keyterm` (no weight), older models
 * `keywords` (word:weight).  @see https://developers.deepgram.com/reference/speech-to-text/listen-streaming
 */
export function listenUrl(baseUrl: string, model: string, options: TranscriberOptions): string {
  const query = new URLSearchParams({
    model,
    language: options.language,
    encoding: 'mulaw',
    sample_rate: '8000',
    channels: '1',
    interim_results: 'true',
    endpointing: String(Math.max(1, Math.round(options.endpointingMs))),
    utterance_end_ms: String(UTTERANCE_END_MS),
    vad_events: 'true',
    smart_format: 'true',
    punctuate: 'true',
  });
  const weighted = /^(nova(-2)?|enhanced|base)(-|$)/.test(model) && !model.startsWith('nova-3');
  const words = Object.entries(options.keywords)
    .filter(([word]) => word.trim() !== '')
    .slice(0, MOST_KEYTERMS);
  for (const [word, weight] of words) {
    if (weighted) query.append('keywords', `${word}:${weight}`);
    else query.append('keyterm', word);
  }
  return `${baseUrl.replace(/^http/, 'ws').replace(/\/+$/, '')}/v1/listen?${query.toString()}`;
}
