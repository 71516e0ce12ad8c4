/** A partial update as zod gives it: a field left alone is absent or `undefined`. */
export type Patch<P> = { readonly [K in keyof P]?: P[K] | undefined };

/** Drops the fields that a patch leaves alone. */
export function definedFields<T extends object>(patch: Patch<T>): Partial<T> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/**
 * `present` with what `patch` names written over it. A `config` comes whole but for what an action keeps to itself (its
 * secret), so it is written over the present one in the same way.
 */
export function mergePatch<P extends object>(present: P, patch: Patch<P>): P {
  const merged = { ...present, ...definedFields(patch) };
  const [before, after] = [configOf(present), configOf(patch)];
  return before && after ? { ...merged, config: { ...before, ...definedFields(after) } } : merged;
}

function configOf(params: object): object | undefined {
  if (!('config' in params) || typeof params.config !== 'object' || params.config === null) return undefined;
  return params.config;
}
