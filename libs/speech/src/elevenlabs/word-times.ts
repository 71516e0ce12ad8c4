import type { SpokenWord } from '@parley/conversation';

/** When each character of one piece of audio is spoken, in ms from the beginning of that piece. */
export interface Alignment {
  readonly chars: readonly string[];
  readonly startsMs: readonly number[];
  readonly durationsMs: readonly number[];
}

/** Makes words of the characters of one utterance, each told once, in order, with times that only rise. */
export class WordTimes {
  private text = '';
  private startMs = 0;
  private endMs = 0;

  /** The words that are complete with this piece, which begins at `offsetMs` of the utterance's audio. */
  push({ chars, startsMs, durationsMs }: Alignment, offsetMs: number): SpokenWord[] {
    const words: SpokenWord[] = [];
    chars.forEach((char, i) => {
      if (/^\s*$/u.test(char)) {
        words.push(...this.flush());
        return;
      }
      const startMs = Math.max(this.endMs, offsetMs + (startsMs[i] ?? 0));
      if (this.text === '') this.startMs = startMs;
      this.text += char;
      this.endMs = Math.max(startMs, offsetMs + (startsMs[i] ?? 0) + (durationsMs[i] ?? 0));
    });
    return words;
  }

  /** The last word, when the utterance is over. */
  flush(): SpokenWord[] {
    if (this.text === '') return [];
    const word = { text: this.text, startMs: this.startMs, endMs: this.endMs };
    this.text = '';
    return [word];
  }
}
