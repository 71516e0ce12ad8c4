/** A stretch of a text that is spoken otherwise than it is written. Places are in characters. */
export interface Swap {
  readonly textFrom: number;
  readonly textTo: number;
  readonly spokenFrom: number;
  readonly spokenTo: number;
}

/** A text as it was meant, for the record, and as it goes to the voice. */
export interface SpokenForm {
  readonly text: string;
  readonly spoken: string;
  /** In order; outside of them text and speech are the same. */
  readonly swaps: readonly Swap[];
}

/** What the text says up to a place in its spoken form. A swapped stretch counts once more than half of it was spoken. */
export function textOfSpoken({ text, spoken, swaps }: SpokenForm, spokenTo: number): string {
  if (spokenTo >= spoken.length) return text;
  let shift = 0;
  for (const swap of swaps) {
    if (spokenTo <= swap.spokenFrom) break;
    if (spokenTo < swap.spokenTo) {
      const isHeard = spokenTo - swap.spokenFrom > (swap.spokenTo - swap.spokenFrom) / 2;
      return text.slice(0, isHeard ? swap.textTo : swap.textFrom).trimEnd();
    }
    shift = swap.textTo - swap.spokenTo;
  }
  return text.slice(0, spokenTo + shift);
}
