/** What models' vendors take as a tool's name. */
const longestName = 64;

/** A tool's name out of any text: `[A-Za-z0-9_-]{1,64}`. The same text gives the same name. */
export function fitToolName(text: string): string {
  const plain = text
    .slice(0, 1_000)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, longestName);
  return plain || 'action';
}

/** As `fitToolName`, and none of those that are taken: those that come later are numbered. */
export function freeToolName(text: string, isTaken: (name: string) => boolean): string {
  const name = fitToolName(text);
  if (!isTaken(name)) return name;
  for (let number = 2; ; number += 1) {
    const suffix = `_${number}`;
    const numbered = `${name.slice(0, longestName - suffix.length)}${suffix}`;
    if (!isTaken(numbered)) return numbered;
  }
}
