/** Chance that comes out the same for the same key, whoever asks and in whatever order: a number in [0, 1). */
export function chance(...key) {
  let hash = 2_166_136_261;
  for (const char of key.join(':')) hash = Math.imul(hash ^ char.codePointAt(0), 16_777_619);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** A lognormal delay with this median. */
export function lognormal(medianMs, sigma, ...key) {
  const radius = Math.sqrt(-2 * Math.log(1 - chance(...key, 'radius')));
  return medianMs * Math.exp(sigma * radius * Math.cos(2 * Math.PI * chance(...key, 'angle')));
}
