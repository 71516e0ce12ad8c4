import { encodeMulaw } from '@parley/audio';
import type { Voice } from '../../voice';

/** Speech as it goes over the wire, with its words. */
export interface WireSpeech {
  readonly mulaw: Uint8Array;
  readonly words: readonly string[];
}

/** Speaks each text once and keeps the newest `most` of them, so that many calls cost what one does. */
export class SpeechCache {
  private readonly kept = new Map<string, Promise<WireSpeech>>();

  constructor(
    private readonly voice: Voice,
    private readonly most = 500,
  ) {}

  speak(text: string): Promise<WireSpeech> {
    const known = this.kept.get(text);
    if (known) {
      this.kept.delete(text);
      this.kept.set(text, known);
      return known;
    }
    const speech = this.synthesise(text);
    this.kept.set(text, speech);
    speech.catch(() => this.kept.delete(text));
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= this.most) break;
      this.kept.delete(oldest);
    }
    return speech;
  }

  private async synthesise(text: string): Promise<WireSpeech> {
    const { samples, words } = await this.voice.speak(text);
    return { mulaw: encodeMulaw(samples), words: words.map(({ word }) => word) };
  }
}
