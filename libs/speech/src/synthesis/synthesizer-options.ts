import type { Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';

/** What every voice is made of. */
export interface SynthesizerOptions {
  readonly apiKey: string;
  /** `https://…` or `http://…`; the vendor's own address unless given. */
  readonly baseUrl?: string;
  readonly connectTimeoutMs?: number;
  /** From the request to the first audio. */
  readonly firstByteTimeoutMs?: number;
  /** The longest gap within the audio. */
  readonly stallTimeoutMs?: number;
  readonly clock?: Clock;
  readonly logger: Logger;
}

export const CONNECT_TIMEOUT_MS = 1500;
export const FIRST_BYTE_TIMEOUT_MS = 2500;
export const STALL_TIMEOUT_MS = 2000;
/** Ten minutes of µ-law: more than any utterance, and all that may be held of one. */
export const MOST_AUDIO_BYTES = 10 * 60 * 8000;
