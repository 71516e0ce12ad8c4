import type { Synthesizer, VoiceSettings } from '@parley/conversation';
import type { SpeechCache } from './speech-cache';

/** Speech that is to be there before a call needs it. */
export interface SpeechWanted {
  readonly provider: string;
  /** The voice itself: nobody takes over for it here. */
  readonly synthesizer: Synthesizer;
  readonly voice: VoiceSettings;
  readonly texts: readonly string[];
}

interface Job extends Omit<SpeechWanted, 'texts'> {
  readonly text: string;
}

type Kind = 'greeting' | 'phrase';

/** What waits beyond this is not made ahead (overflow policy: drop newest); a call then has it made when it needs it. */
const mostWaiting = 200;
/** A voice gets few requests at once from some vendors, and calls go before phrases. */
const atOnce: Readonly<Record<Kind, number>> = { greeting: 4, phrase: 1 };

/** Fills the cache in the background, a few requests at a time. A voice that fails is not asked for what else waits of it. */
export class SpeechAhead {
  private readonly waiting: Record<Kind, Job[]> = { greeting: [], phrase: [] };
  private readonly running: Record<Kind, number> = { greeting: 0, phrase: 0 };
  private readonly abort = new AbortController();
  dropped = 0;

  constructor(private readonly cache: SpeechCache) {}

  /** Has the cache hold these texts soon; those that it holds cost nothing. */
  want(kind: Kind, { texts, ...from }: SpeechWanted): void {
    this.cache.want(texts);
    const waiting = this.waiting[kind];
    for (const text of texts) {
      if (this.cache.has(from.provider, text, from.voice)) continue;
      if (waiting.some((job) => job.text === text && isSameVoice(job, from))) continue;
      if (waiting.length < mostWaiting) waiting.push({ ...from, text });
      else this.dropped += 1;
    }
    this.next(kind);
  }

  close(): void {
    this.abort.abort();
    this.waiting.greeting = [];
    this.waiting.phrase = [];
  }

  private next(kind: Kind): void {
    while (this.running[kind] < atOnce[kind] && !this.abort.signal.aborted) {
      const job = this.waiting[kind].shift();
      if (!job) return;
      if (this.cache.has(job.provider, job.text, job.voice)) continue;
      this.running[kind] += 1;
      void this.make(job, kind).finally(() => {
        this.running[kind] -= 1;
        this.next(kind);
      });
    }
  }

  private async make(job: Job, kind: Kind): Promise<void> {
    const { provider, synthesizer, text, voice } = job;
    try {
      const pieces = this.cache.over(provider, synthesizer).speak(text, voice, this.abort.signal);
      const speech = pieces[Symbol.asyncIterator]();
      while (!(await speech.next()).done);
    } catch {
      // Whoever needs it hears the error; the call's own rules deal with it.
      this.waiting[kind] = this.waiting[kind].filter((other) => !isSameVoice(other, job));
    }
  }
}

function isSameVoice(a: Omit<Job, 'text'>, b: Omit<Job, 'text'>): boolean {
  return (
    a.provider === b.provider && a.voice.voiceId === b.voice.voiceId && a.voice.apiKey === b.voice.apiKey
  );
}
