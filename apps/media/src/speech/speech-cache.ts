import { createHash } from 'node:crypto';
import type { SpeechPiece, Synthesizer, VoiceSettings } from '@parley/conversation';
import { Recording } from './recording';

export interface SpeechCacheOptions {
  /** Of audio, for the whole process; what was used longest ago goes first. */
  readonly maxBytes?: number;
}

interface Kept {
  readonly pieces: readonly SpeechPiece[];
  readonly bytes: number;
}

const usualMaxBytes = 32 * 1024 * 1024;
/** A minute: what is longer is no phrase. */
const mostBytesOfOne = 60 * 8_000;
/** Made at once for the cache; what is asked for beyond that is made for its call alone. */
const mostRecordings = 32;
/** Greetings that were seen; the one seen longest ago goes first. */
const mostGreetings = 5_000;

/**
 * Speech that is the same in many calls, kept for all calls of a process: fixed phrases and greetings. Only speech that
 * came to its end is kept. Two calls that ask for the same share one request.
 */
export class SpeechCache {
  private readonly kept = new Map<string, Kept>();
  private readonly recordings = new Map<string, Recording>();
  private readonly requests = new Set<AbortController>();
  private readonly wanted = new Set<string>();
  private readonly maxBytes: number;
  private isClosed = false;
  /** Of audio that is kept. */
  bytes = 0;

  constructor({ maxBytes = usualMaxBytes }: SpeechCacheOptions = {}) {
    this.maxBytes = maxBytes;
  }

  /** The same voice, which takes from here what is here. */
  over(provider: string, synthesizer: Synthesizer): Synthesizer {
    return {
      name: synthesizer.name,
      warm: (voice) => synthesizer.warm(voice),
      speak: (text, voice, signal) => {
        if (!this.wanted.has(text)) return synthesizer.speak(text, voice, signal);
        return this.speak(keyOf(provider, text, voice), synthesizer, { text, voice, signal });
      },
    };
  }

  /** From now on these are kept when they are spoken. */
  want(texts: readonly string[]): void {
    for (const text of texts) {
      this.wanted.delete(text);
      this.wanted.add(text);
    }
    for (const text of this.wanted) {
      if (this.wanted.size <= mostGreetings) break;
      this.wanted.delete(text);
    }
  }

  has(provider: string, text: string, voice: VoiceSettings): boolean {
    return this.kept.has(keyOf(provider, text, voice));
  }

  close(): void {
    this.isClosed = true;
    for (const request of this.requests) request.abort();
    this.recordings.clear();
    this.kept.clear();
    this.bytes = 0;
  }

  private speak(
    key: string,
    synthesizer: Synthesizer,
    { text, voice, signal }: { text: string; voice: VoiceSettings; signal: AbortSignal },
  ): AsyncIterable<SpeechPiece> {
    const kept = this.kept.get(key);
    if (kept) {
      this.kept.delete(key);
      this.kept.set(key, kept);
      return play(kept.pieces, signal);
    }
    const running = this.recordings.get(key);
    if (running) return this.listen(key, running, signal);
    if (this.isClosed || this.requests.size >= mostRecordings) return synthesizer.speak(text, voice, signal);
    const recording = new Recording();
    // Not the caller's signal: a call that ends meanwhile leaves it to the next one.
    const abort = new AbortController();
    this.recordings.set(key, recording);
    this.requests.add(abort);
    void recording.record(synthesizer.speak(text, voice, abort.signal), mostBytesOfOne).then((outcome) => {
      this.requests.delete(abort);
      if (this.recordings.get(key) === recording) this.recordings.delete(key);
      if (outcome === 'complete' && !abort.signal.aborted) this.keep(key, recording);
    });
    return this.listen(key, recording, signal);
  }

  /** Whoever gave up before anything came is not to wait for the same request again. */
  private async *listen(key: string, recording: Recording, signal: AbortSignal): AsyncGenerator<SpeechPiece> {
    yield* recording.listen(signal);
    if (signal.aborted && recording.bytes === 0 && this.recordings.get(key) === recording) {
      this.recordings.delete(key);
    }
  }

  private keep(key: string, recording: Recording): void {
    const entry = { pieces: recording.joined(), bytes: recording.bytes };
    // One that was given up, and came to its end after all, may have been kept meanwhile.
    this.bytes += entry.bytes - (this.kept.get(key)?.bytes ?? 0);
    this.kept.set(key, entry);
    for (const [oldest, { bytes }] of this.kept) {
      if (this.bytes <= this.maxBytes) break;
      this.kept.delete(oldest);
      this.bytes -= bytes;
    }
  }
}

async function* play(pieces: readonly SpeechPiece[], signal: AbortSignal): AsyncGenerator<SpeechPiece> {
  for (const piece of pieces) {
    // As with a voice, nothing comes before the request for it has returned.
    await Promise.resolve();
    if (signal.aborted) return;
    yield piece;
  }
}

/** Names speech by all that it depends on. No key of a vendor can be read out of it. */
function keyOf(provider: string, text: string, voice: VoiceSettings): string {
  const { voiceId, model, apiKey, dials, language } = voice;
  const sorted = Object.entries(dials).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = [provider, voice.provider, voiceId, model, apiKey, language, sorted, text];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
