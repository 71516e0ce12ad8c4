/** A carrier's id in a parameter of its request; empty when there is none that could be one. */
export function sidOf(params: Readonly<Record<string, string>>, name: string): string {
  const text = params[name] ?? '';
  return /^[\w-]{1,64}$/.test(text) ? text : '';
}
