import type { Transcriber, Transcription, TranscriptionListener } from '@parley/conversation';
import { AppError } from '@parley/kernel';

/** A transcriber that does not know every language; it is not to be opened for one that it lacks. */
export interface SelectiveTranscriber extends Transcriber {
  /** `language`: ISO 639-1. */
  supports(language: string): boolean;
}

/** A session that fails at once, as any other failure is told: to the listener, and not before `open` returned. */
export function unknownLanguage(
  vendor: string,
  language: string,
  listener: TranscriptionListener,
): Transcription {
  const error = new AppError('invalid', 'TRANSCRIBER.REJECTED', `${vendor} does not know the language.`, {
    details: { language },
  });
  let isClosed = false;
  setImmediate(() => {
    if (!isClosed) listener.onFailure(error);
  });
  return {
    send: () => undefined,
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
  };
}
