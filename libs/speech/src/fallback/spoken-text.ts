import type { SpeechPiece, SpokenWord } from '@parley/conversation';

const BYTES_PER_MS = 8;
/** Slower than voices are, so that a word is rather said twice than not at all. */
const CHARS_PER_S = 11;

/** How far a text was spoken, by several voices in turn if need be, as one utterance. */
export class SpokenText {
  private bytes = 0;
  /** Where the running voice began: in the text, and in the audio. */
  private from = 0;
  private fromMs = 0;
  /** What the running voice told, with its own times. */
  private words: SpokenWord[] = [];
  /** So many words from `from` on were told by voices before it. */
  private toldBefore = 0;

  constructor(private readonly text: string) {}

  /** The text that a voice which begins now has to say. */
  begin(): string {
    const from = this.saidChars();
    const told = Math.max(this.toldBefore, this.words.length);
    this.toldBefore = Math.max(0, told - wordCount(this.text.slice(this.from, from)));
    this.words = [];
    this.from = from;
    this.fromMs = this.bytes / BYTES_PER_MS;
    return this.text.slice(from);
  }

  /** True when every word is known to have been said. */
  get isWhole(): boolean {
    return this.text.slice(this.saidChars()).trim() === '';
  }

  /** A piece of the running voice, as one of the whole; undefined when nothing of it is new. */
  take(piece: SpeechPiece): SpeechPiece | undefined {
    if (piece.type === 'audio') {
      this.bytes += piece.mulaw.length;
      return piece;
    }
    const told = piece.words.slice(Math.max(0, this.toldBefore - this.words.length));
    this.words.push(...piece.words);
    if (told.length === 0) return undefined;
    const words = told.map((word) => ({
      ...word,
      startMs: word.startMs + this.fromMs,
      endMs: word.endMs + this.fromMs,
    }));
    return { type: 'words', words };
  }

  /** Where in the text the next voice takes over: the beginning of a word. */
  private saidChars(): number {
    const saidMs = this.bytes / BYTES_PER_MS - this.fromMs;
    if (saidMs === 0) return this.from;
    if (this.words.length > 0)
      return this.from + wordStart(this.text.slice(this.from), this.saidWords(saidMs));
    const chars = this.from + Math.floor((saidMs / 1_000) * CHARS_PER_S);
    // Whoever broke off has not said the last word.
    const before = this.text.trimEnd().slice(0, chars).lastIndexOf(' ');
    return Math.max(this.from, before + 1);
  }

  /** How many of the words that the running voice told it has said whole. */
  private saidWords(saidMs: number): number {
    const cut = this.words.findIndex(({ endMs }) => endMs > saidMs);
    return cut < 0 ? this.words.length : cut;
  }
}

function wordCount(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
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
