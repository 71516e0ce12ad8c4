import fc from 'fast-check';
import { definedFields, mergePatch } from './merge-patch';

const names = ['a', 'b', 'c', 'd'] as const;
type Params = Partial<Record<(typeof names)[number] | 'config', unknown>>;

const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(fc.integer()), fc.object());
const fields = fc.dictionary(fc.constantFrom(...names), value);
const patchFields = fc.dictionary(fc.constantFrom(...names), fc.option(value, { nil: undefined }));
const withConfig = (of: fc.Arbitrary<object>) =>
  fc
    .tuple(of, fc.option(of, { nil: undefined }))
    .map(([own, config]): Params => ({ ...own, ...(config && { config }) }));

/** What a patch means, field by field. */
function model(present: Params, patch: Params): Params {
  const expected: Params = { ...present };
  for (const name of names) if (patch[name] !== undefined) expected[name] = patch[name];
  if (patch.config === undefined) return expected;
  const config: Params = { ...(present.config as Params | undefined) };
  for (const [name, given] of Object.entries(patch.config as Params)) {
    if (given !== undefined || present.config === undefined) config[name as 'a'] = given;
  }
  return { ...expected, config };
}

describe('a patch', () => {
  it('writes what it names and leaves the rest alone, whatever it is', () => {
    fc.assert(
      fc.property(withConfig(fields), withConfig(patchFields), (present, patch) => {
        const before = structuredClone(present);
        expect(mergePatch<Params>(present, patch)).toEqual(model(present, patch));
        expect(present).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it('changes nothing when it is applied again, or names nothing', () => {
    fc.assert(
      fc.property(withConfig(fields), withConfig(patchFields), (present, patch) => {
        const once = mergePatch<Params>(present, patch);
        expect(mergePatch<Params>(once, patch)).toEqual(once);
        expect(mergePatch<Params>(present, {})).toEqual(present);
      }),
    );
  });

  it('of other fields than another patch commutes with it', () => {
    fc.assert(
      fc.property(fields, value, value, (present, a, b) => {
        const [one, two] = [{ a }, { b }];
        expect(mergePatch<Params>(mergePatch<Params>(present, one), two)).toEqual(
          mergePatch<Params>(mergePatch<Params>(present, two), one),
        );
      }),
    );
  });

  it('clears with null, and leaves alone what is undefined', () => {
    expect(definedFields<Params>({ a: null, b: undefined })).toEqual({ a: null });
  });
});
