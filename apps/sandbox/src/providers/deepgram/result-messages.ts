import type { Recognised } from './recogniser';
import { writtenWords } from './written-words';

type Results = Extract<Recognised, { type: 'results' }>;

export interface MessageOptions {
  readonly requestId: string;
  readonly model: string;
  readonly formatted: boolean;
  /** What the last word of an interim is misheard as; undefined hears it right. */
  readonly misheardAs: string | undefined;
}

/** The transcript and the message for a result, as `/v1/listen` sends it. */
export function resultsMessage(
  results: Results,
  options: MessageOptions,
): { transcript: string; message: object } {
  const heard = results.words.map(({ word }) => word);
  if (options.misheardAs !== undefined && !results.isFinal && heard.length > 0)
    heard[heard.length - 1] = options.misheardAs;
  const written = options.formatted ? writtenWords(heard, results.isFinal && results.speechFinal) : heard;
  const transcript = written.join(' ');
  const words = results.words.map(({ startMs, endMs }, at) => ({
    word: heard[at],
    start: startMs / 1000,
    end: endMs / 1000,
    confidence: 0.99,
    ...(options.formatted && { punctuated_word: written[at] }),
  }));
  const message = {
    type: 'Results',
    channel_index: [0, 1],
    duration: results.durationMs / 1000,
    start: results.startMs / 1000,
    is_final: results.isFinal,
    speech_final: results.speechFinal,
    from_finalize: results.fromFinalize,
    channel: { alternatives: [{ transcript, confidence: words.length > 0 ? 0.99 : 0, words }] },
    metadata: {
      request_id: options.requestId,
      model_info: { name: options.model, version: '2026-01-01.0', arch: options.model },
      model_uuid: '00000000-0000-4000-8000-000000000000',
    },
  };
  return { transcript, message };
}
