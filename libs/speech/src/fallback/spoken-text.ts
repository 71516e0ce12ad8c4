import type { SpeechPiece, SpokenWord } from '@parley/conversation';

const BYTES_PER_MS = 8;
/** Slower than voices are, so that a word is rather said twice than not at all. */
const CHARS_PER_S = 11;

/** How far a text was spoken, by several voices in turn if need be, as one utterance. */
export class SpokenText {
  private bytes = 0;
  /** Where the running voice began: in the text, in the audio, and in the words told. */
  private from = 0;
  private fromMs = 0;
  private wordsToPass = 0;
  private wordsBefore = 0;
  /** Words told so far, all voices together. */
  private readonly words: SpokenWord[] = [];

  constructor(private readonly text: string) {}

  /** The text that a voice which begins now has to say. */
  begin(): string {
    const said = this.saidWords();
    this.from = this.saidChars(said);
    this.fromMs = this.bytes / BYTES_PER_MS;
    this.wordsToPass = said === undefined ? 0 : this.words.length - said;
    return this.text.slice(this.from);
  }

  /** True when every word is known to have been said. */
  get isWhole(): boolean {
    return this.text.slice(this.saidChars(this.saidWords())).trim() === '';
  }

  /** A piece of the running voice, as one of the whole; undefined when nothing of it is new. */
  take(piece: SpeechPiece): SpeechPiece | undefined {
    if (piece.type === 'audio') {
      this.bytes += piece.mulaw.length;
      return piece;
    }
    const told = piece.words.slice(this.wordsToPass);
    this.wordsToPass -= piece.words.length - told.length;
    if (told.length === 0) return undefined;
    const words = told.map((word) => ({
      ...word,
      startMs: word.startMs + this.fromMs,
      endMs: word.endMs + this.fromMs,
    }));
    this.words.push(...words);
    return { type: 'words', words };
  }

  /** How many of the words told were said whole; undefined when none was told. */
  private saidWords(): number | undefined {
    if (this.words.length === 0) return undefined;
    const saidMs = this.bytes / BYTES_PER_MS;
    const cut = this.words.findIndex(({ endMs }) => endMs > saidMs);
    return cut < 0 ? this.words.length : cut;
  }

  /** Where in the text the next voice takes over: the beginning of a word. */
  private saidChars(saidWords: number | undefined): number {
    if (this.bytes === 0) return this.from;
    if (saidWords !== undefined) return wordStart(this.text, saidWords);
    const saidMs = this.bytes / BYTES_PER_MS - this.fromMs;
    const chars = this.from + Math.floor((saidMs / 1_000) * CHARS_PER_S);
    // Whoever broke off has not said the last word.
    const before = this.text.trimEnd().slice(0, chars).lastIndexOf(' ');
    return Math.max(this.from, before + 1);
  }
}

/** Where the word of this number (from 0) begins; the text's end when there are fewer. */
function wordStart(text: string, number: number): number {
  const words = /\S+/g;
  for (let passed = 0; ; passed += 1) {
    const word = words.exec(text);
    if (word === null) return text.length;
    if (passed === number) return word.index;
  }
}
