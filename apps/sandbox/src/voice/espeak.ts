import { spawn } from 'node:child_process';

import { resampleTo8k, SAMPLE_RATE_HZ } from '@parley/audio';
import { AppError } from '@parley/kernel';

/** How espeak-ng shall sound. */
export interface EspeakOptions {
  readonly espeakPath: string;
  /** espeak-ng's voice name, e.g. `en-us`. */
  readonly voiceName: string;
  /** 0–99. */
  readonly pitch: number;
  /** Words per minute, 80–450. */
  readonly speed: number;
}

/** Speech stops here, so that it leaves the word code's tones alone. */
const SPEECH_STOP_HZ = 2600;
const SPEECH_PASS_HZ = 2250;
/** Peak of spoken words: with the code's tones below 0.32 of full scale, so that 10 dB more do not clip. */
const SPEECH_PEAK = 8200;
const GAIN = 0.45;
/** What counts as silence around a word. */
const TRIM_LEVEL = 120;
const TRIM_MARGIN_SAMPLES = SAMPLE_RATE_HZ / 100;
const DEADLINE_MS = 5000;
const MAX_OUTPUT_BYTES = 8_000_000;

/**
 * One written word as espeak-ng speaks it: 8 kHz, nothing above 2600 Hz, silence around it cut off.
 * @throws VOICE.ESPEAK_FAILED when the program is missing, fails, is slow (5 s) or sends no WAV.
 */
export async function espeakWord(text: string, options: EspeakOptions): Promise<Int16Array> {
  const { samples, rateHz } = readWav(await runEspeak(text, options));
  const narrow = resampleTo8k(samples, rateHz, { passHz: SPEECH_PASS_HZ, stopHz: SPEECH_STOP_HZ });
  return level(trim(narrow));
}

function runEspeak(text: string, options: EspeakOptions): Promise<Buffer> {
  const { espeakPath, voiceName, pitch, speed } = options;
  const flags = ['--stdin', '--stdout', '-z', '-b', '1', '-v', voiceName, '-p', `${pitch}`, '-s', `${speed}`];
  return new Promise((resolve, reject) => {
    const child = spawn(espeakPath, flags, { stdio: ['pipe', 'pipe', 'ignore'] });
    // spawn's own timeout outlives a program that never started.
    const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
    const pieces: Buffer[] = [];
    let bytes = 0;
    child.on('error', (error) => {
      clearTimeout(deadline);
      reject(failure('did not start', error));
    });
    // A child that dies early breaks the pipe; its exit code tells why.
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= MAX_OUTPUT_BYTES) pieces.push(piece);
      else child.kill('SIGKILL');
    });
    child.on('close', (code) => {
      clearTimeout(deadline);
      if (code === 0) resolve(Buffer.concat(pieces));
      else reject(failure(`ended with ${code === null ? 'a signal' : `code ${code}`}`));
    });
    child.stdin.end(text);
  });
}

/** The samples of a mono PCM16 WAV. Lengths in its head are not believed: espeak-ng writes it before it knows them. */
function readWav(wav: Buffer): { samples: Int16Array; rateHz: number } {
  const dataAt = wav.indexOf('data', 12, 'latin1');
  if (wav.toString('latin1', 0, 4) !== 'RIFF' || dataAt < 0) throw failure('sent no WAV');
  const rateHz = wav.readUInt32LE(24);
  const from = dataAt + 8;
  const samples = new Int16Array(Math.floor((wav.length - from) / 2));
  for (let i = 0; i < samples.length; i++) samples[i] = wav.readInt16LE(from + 2 * i);
  return { samples, rateHz };
}

function trim(samples: Int16Array): Int16Array {
  let from = 0;
  let to = samples.length;
  while (from < to && Math.abs(samples[from] as number) < TRIM_LEVEL) from++;
  while (to > from && Math.abs(samples[to - 1] as number) < TRIM_LEVEL) to--;
  return samples.slice(Math.max(0, from - TRIM_MARGIN_SAMPLES), to + TRIM_MARGIN_SAMPLES);
}

/** One gain for all words keeps their natural differences; only a word that would be too loud gets less. */
function level(samples: Int16Array): Int16Array {
  let peak = 1;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  const gain = Math.min(GAIN, SPEECH_PEAK / peak);
  return samples.map((sample) => Math.round(sample * gain));
}

function failure(what: string, cause?: unknown): AppError {
  return new AppError('unavailable', 'VOICE.ESPEAK_FAILED', `espeak-ng ${what}.`, { cause });
}
