/** Sound begins or ends. Times in ms since the first sample; a silence is known some time after it began. */
export interface EnergyEvent {
  readonly kind: 'onset' | 'silence';
  readonly atMs: number;
}

/** How long it must be quiet until a silence is told, unless asked otherwise. */
export const HANGOVER_MS = 200;

const BLOCK_SAMPLES = 80;
const BLOCK_MS = 10;
/** Root mean square of a block that counts as sound: about -50 dB of full scale. */
const LOUD_RMS = 100;
const ONSET_BLOCKS = 2;

/** Tells when sound begins and ends, by the energy of 10 ms blocks. Allocates only for an event. */
export class EnergyGate {
  private blockEnergy = 0;
  private blockFill = 0;
  private blocks = 0;
  private loudRun = 0;
  private loudEnd = 0;
  private sounding = false;

  constructor(private readonly hangoverMs = HANGOVER_MS) {}

  /** Takes samples in order and adds what they show to `events`. */
  push(samples: Int16Array, events: { push(event: EnergyEvent): unknown }): void {
    for (let i = 0; i < samples.length; i++) {
      const sample = samples[i] as number;
      this.blockEnergy += sample * sample;
      if (++this.blockFill === BLOCK_SAMPLES) this.endBlock(events);
    }
  }

  private endBlock(events: { push(event: EnergyEvent): unknown }): void {
    const loud = this.blockEnergy >= LOUD_RMS * LOUD_RMS * BLOCK_SAMPLES;
    this.blockEnergy = 0;
    this.blockFill = 0;
    this.blocks++;
    this.loudRun = loud ? this.loudRun + 1 : 0;
    if (loud) this.loudEnd = this.blocks;
    if (!this.sounding && this.loudRun === ONSET_BLOCKS) {
      this.sounding = true;
      events.push({ kind: 'onset', atMs: (this.blocks - ONSET_BLOCKS) * BLOCK_MS });
    } else if (this.sounding && (this.blocks - this.loudEnd) * BLOCK_MS >= this.hangoverMs) {
      this.sounding = false;
      events.push({ kind: 'silence', atMs: this.loudEnd * BLOCK_MS });
    }
  }
}
