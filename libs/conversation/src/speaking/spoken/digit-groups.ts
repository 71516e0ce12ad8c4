/** Digits as people read them out: in the groups in which they are written, else in threes and a last four. */
export function digitGroups(written: string): string[] {
  const groups = written.match(/\d+/g) ?? [];
  if (groups.length > 1) return groups;
  const digits = groups[0] ?? '';
  const parts: string[] = [];
  for (let at = 0; at < digits.length;) {
    const left = digits.length - at;
    const length = left <= 4 ? left : left === 5 ? 2 : 3;
    parts.push(digits.slice(at, at + length));
    at += length;
  }
  return parts;
}
