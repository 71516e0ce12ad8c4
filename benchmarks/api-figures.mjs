/** Figures of several rounds in one run: pure functions. */

/** {min, median, max}; of an even number of values the lower one in the middle. */
export function spreadOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0], median: sorted[Math.ceil(sorted.length / 2) - 1], max: sorted.at(-1) };
}

/** What each side does in each round: they go in turn, and take turns in going first, for whatever goes first may gain by it. */
export const turnsOf = (rounds, sides) =>
  Array.from({ length: rounds }, (_, round) => (round % 2 === 0 ? sides : sides.toReversed()));

/** All processes' CPU for a request. */
export const sumOf = (cpuUs) => Object.values(cpuUs).reduce((sum, us) => sum + us, 0);

/** Whether a figure keeps to its aim: {name, value, least?, below?} → the same with `isMet`. */
export const judge = ({ least = -Infinity, below = Infinity, ...aim }) => ({
  ...aim,
  wanted: least === -Infinity ? `below ${below}` : `at least ${least}`,
  isMet: aim.value >= least && aim.value < below,
});
