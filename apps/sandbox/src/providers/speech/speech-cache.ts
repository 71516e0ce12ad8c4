import { encodeMulaw, Resampler, SAMPLE_RATE_HZ } from '@parley/audio';
import type { Speech, SpokenWord, Voice } from '../../voice';
import type { SpeechEncoding } from './speech-kind';

/** Speech as it goes over the wire, with its words. */
export interface WireSpeech {
  readonly bytes: Uint8Array;
  readonly bytesPerMs: number;
  readonly words: readonly SpokenWord[];
}

const PCM_RATE_HZ = 24_000;

/** Speaks each text once and keeps the newest `most` of them, so that many calls cost what one does. */
export class SpeechCache {
  private readonly kept = new Map<string, Promise<WireSpeech>>();

  constructor(
    private readonly voice: Voice,
    private readonly most = 500,
  ) {}

  speak(text: string, encoding: SpeechEncoding): Promise<WireSpeech> {
    const key = `${encoding} ${text}`;
    const known = this.kept.get(key);
    if (known) {
      this.kept.delete(key);
      this.kept.set(key, known);
      return known;
    }
    const speech = this.voice.speak(text).then((spoken) => wireSpeech(spoken, encoding));
    this.kept.set(key, speech);
    speech.catch(() => this.kept.delete(key));
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= this.most) break;
      this.kept.delete(oldest);
    }
    return speech;
  }
}

function wireSpeech({ samples, words }: Speech, encoding: SpeechEncoding): WireSpeech {
  if (encoding === 'mulaw_8000')
    return { bytes: encodeMulaw(samples), bytesPerMs: SAMPLE_RATE_HZ / 1000, words };
  const resampler = new Resampler({ fromHz: SAMPLE_RATE_HZ, toHz: PCM_RATE_HZ });
  const pieces = [resampler.push(samples), resampler.flush()];
  const bytes = Buffer.alloc(pieces.reduce((sum, piece) => sum + piece.length * 2, 0));
  let at = 0;
  for (const piece of pieces) for (const sample of piece) at = bytes.writeInt16LE(sample, at);
  return { bytes, bytesPerMs: (2 * PCM_RATE_HZ) / 1000, words };
}
