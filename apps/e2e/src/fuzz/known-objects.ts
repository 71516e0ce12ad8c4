import fc, { Arbitrary } from 'fast-check';

const strangeId = fc.uuid();

/** What the fuzzer has made so far and may refer to. Kinds are the paths' names: `agents`, `voices`, `numbers`. */
export class KnownObjects {
  private readonly byKind = new Map<string, string[]>();
  private readonly all = new Set<string>();

  /** `type` of a union's member, so that an update can repeat it. */
  add(kind: string, id: string, type?: unknown): void {
    this.all.add(id.toLowerCase());
    for (const name of [kind, `${kind} ${String(type)}`]) {
      const ids = this.byKind.get(name) ?? [];
      ids.push(id);
      // The newest are enough.
      if (ids.length > 50) ids.shift();
      this.byKind.set(name, ids);
    }
  }

  remove(kind: string, id: string): void {
    this.all.delete(id.toLowerCase());
    const ids = this.byKind.get(kind) ?? [];
    this.byKind.set(
      kind,
      ids.filter((each) => each !== id),
    );
  }

  has(id: string): boolean {
    return this.all.has(id.toLowerCase());
  }

  pick(kind: string, index: number): string | undefined {
    const ids = this.byKind.get(kind) ?? [];
    return ids[index % Math.max(1, ids.length)];
  }

  count(kind: string): number {
    return this.byKind.get(kind)?.length ?? 0;
  }

  /** Mostly an id of that kind, at the time it is drawn; else one that nobody has. */
  anyOf(kind: string): Arbitrary<string> {
    return fc
      .tuple(fc.nat(1_000), strangeId, fc.nat(9))
      .map(([index, strange, dice]) => (dice === 0 ? strange : (this.pick(kind, index) ?? strange)));
  }
}
