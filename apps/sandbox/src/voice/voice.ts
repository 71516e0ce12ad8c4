import { SAMPLE_RATE_HZ } from '@parley/audio';
import { AppError } from '@parley/kernel';

import { espeakWord } from './espeak';
import { normaliseWord, splitWords } from './normalise-word';
import { encodeWord, SYMBOL_SAMPLES } from './word-code';
import { MAX_PADDING, shortestFrame } from './word-frame';

/** Where a word stands in a `Speech`, in ms from its first sample. `word` is what a listener reads. */
export interface SpokenWord {
  readonly word: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Speech whose every word carries its code. `samples`: mono, 8 kHz, peak below 0.32 of full scale. */
export interface Speech {
  readonly samples: Int16Array;
  readonly words: readonly SpokenWord[];
}

/** Says texts. Text without a speakable word gives an empty `Speech`. */
export interface Voice {
  /** Words spoken before come at once; a new one costs a run of espeak-ng, some 10 ms. */
  speak(text: string): Promise<Speech>;
}

export interface VoiceOptions {
  /** The espeak-ng program; without it, or when it fails, words are their code's tones alone. */
  readonly espeakPath?: string;
  /** espeak-ng's voice; `en-us` unless given. */
  readonly voiceName?: string;
  /** 0–99; 50 unless given. */
  readonly pitch?: number;
  /** espeak-ng's words per minute, 80–450; 230 unless given, which makes about 160 of words spoken one by one. */
  readonly speed?: number;
  /** Told once, when espeak-ng fails and words become tones. */
  readonly onSpeechLost?: (error: AppError) => void;
}

/** Silence that ends a speech: a listener lags by a few samples, and the last word must not hang on the next sound. */
const TAIL_SAMPLES = SAMPLE_RATE_HZ / 200;
const WORD_GAP_SAMPLES = (SAMPLE_RATE_HZ * 20) / 1000;
const CLAUSE_GAP_SAMPLES = (SAMPLE_RATE_HZ * 120) / 1000;
const SENTENCE_GAP_SAMPLES = (SAMPLE_RATE_HZ * 240) / 1000;
/** About the time a person takes, for words that are tones alone. */
const TONE_WORD_SAMPLES = (SAMPLE_RATE_HZ * 150) / 1000;
const TONE_LETTER_SAMPLES = (SAMPLE_RATE_HZ * 35) / 1000;
/** Words kept, about 6 kB each; the one used longest ago goes first. */
const CACHED_WORDS = 2000;
/** Processes of espeak-ng at once for one text. */
const WORDS_AT_ONCE = 4;
const LONGEST_CODE_PADDING = MAX_PADDING * SYMBOL_SAMPLES;

/** A voice of espeak-ng below 2600 Hz with the word code above, or of the code alone. Starts nothing by itself. */
export function createVoice(options: VoiceOptions = {}): Voice {
  const words = new WordSource(options);
  return {
    async speak(text) {
      const tokens = splitWords(text);
      const pieces: SpokenPiece[] = [];
      for (let from = 0; from < tokens.length; from += WORDS_AT_ONCE) {
        const batch = tokens.slice(from, from + WORDS_AT_ONCE).map(async (token) => ({
          word: normaliseWord(token),
          gapSamples: gapAfter(token),
          samples: await words.samplesOf(token),
        }));
        pieces.push(...(await Promise.all(batch)));
      }
      return assemble(pieces);
    },
  };
}

interface SpokenPiece {
  readonly word: string;
  readonly samples: Int16Array;
  /** Silence that follows, unless it is the last word. */
  readonly gapSamples: number;
}

/** The sound of single words, made once. */
class WordSource {
  private readonly cache = new Map<string, Promise<Int16Array>>();
  private speechLost = false;

  constructor(private readonly options: VoiceOptions) {}

  samplesOf(token: string): Promise<Int16Array> {
    const samples = this.cache.get(token) ?? this.make(token);
    this.cache.delete(token);
    this.cache.set(token, samples);
    if (this.cache.size > CACHED_WORDS) this.cache.delete(this.cache.keys().next().value as string);
    return samples;
  }

  private async make(token: string): Promise<Int16Array> {
    const word = normaliseWord(token);
    const speech = await this.speechOf(token);
    if (!speech) return encodeWord(word, TONE_WORD_SAMPLES + TONE_LETTER_SAMPLES * word.length);
    return mix(encodeWord(word, speech.length), speech, word);
  }

  private async speechOf(token: string): Promise<Int16Array | undefined> {
    const { espeakPath, voiceName = 'en-us', pitch = 50, speed = 230 } = this.options;
    if (espeakPath === undefined || this.speechLost) return undefined;
    try {
      return await espeakWord(token, { espeakPath, voiceName, pitch, speed });
    } catch (error) {
      this.loseSpeech(AppError.from(error));
      return undefined;
    }
  }

  private loseSpeech(error: AppError): void {
    if (this.speechLost) return;
    this.speechLost = true;
    this.options.onSpeechLost?.(error);
  }
}

/** The word's span is its code's; only what is left of a word beyond the longest padding is cut. */
function mix(code: Int16Array, speech: Int16Array, word: string): Int16Array {
  const limit = shortestFrame(word) * SYMBOL_SAMPLES + LONGEST_CODE_PADDING;
  const length = Math.min(speech.length, code.length, limit);
  const mixed = code.slice();
  for (let i = 0; i < length; i++) mixed[i] = (mixed[i] as number) + (speech[i] as number);
  return mixed;
}

function assemble(pieces: readonly SpokenPiece[]): Speech {
  const last = pieces.at(-1);
  const end = last ? TAIL_SAMPLES - last.gapSamples : 0;
  const total = pieces.reduce((sum, piece) => sum + piece.samples.length + piece.gapSamples, end);
  const samples = new Int16Array(total);
  const words: SpokenWord[] = [];
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece.samples, at);
    const wordEnd = at + piece.samples.length;
    words.push({ word: piece.word, startMs: msOf(at), endMs: msOf(wordEnd) });
    at = wordEnd + piece.gapSamples;
  }
  return { samples, words };
}

function gapAfter(token: string): number {
  if (/[.!?]["')\]]*$/u.test(token)) return SENTENCE_GAP_SAMPLES;
  return /[,;:]["')\]]*$/u.test(token) ? CLAUSE_GAP_SAMPLES : WORD_GAP_SAMPLES;
}

function msOf(samples: number): number {
  return (samples * 1000) / SAMPLE_RATE_HZ;
}
