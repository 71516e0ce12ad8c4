import type { Speech, Voice } from '../voice';

/** How many speeches are kept; the one used longest ago goes first. */
const MAX_SPEECHES = 500;

/** Speeches made once, however many persons say the same. */
export class SpeechStore {
  private readonly speeches = new Map<string, Promise<Speech>>();

  constructor(private readonly voice: Voice) {}

  /** The speech of a text. */
  get(text: string): Promise<Speech> {
    const known = this.speeches.get(text);
    if (known) return known;
    const made = this.voice.speak(text);
    made.catch(() => this.speeches.delete(text));
    this.speeches.set(text, made);
    if (this.speeches.size > MAX_SPEECHES) this.speeches.delete(this.speeches.keys().next().value as string);
    return made;
  }
}
