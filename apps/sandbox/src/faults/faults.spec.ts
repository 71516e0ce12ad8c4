import { Faults } from './faults';

const strikes = (faults: Faults, count: number, index?: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => (faults.take('carrier', 'loseMarks', index?.(i)) ? '!' : '.')).join(
    '',
  );

it.each([
  [{}, '....'],
  [{ carrier: { loseMarks: true } }, '!!!!'],
  [{ carrier: { loseMarks: { times: 2 } } }, '!!..'],
  [{ carrier: { loseMarks: { after: 1, times: 2 } } }, '.!!.'],
  [{ carrier: { loseMarks: { every: 2 } } }, '.!.!'],
  [{ carrier: { loseMarks: { callIndex: 2 } } }, '..!.'],
])('%j strikes %s', (settings, expected) => {
  expect(strikes(new Faults(settings), 4)).toBe(expected);
});

it('belongs to one call when an index is given', () => {
  const faults = new Faults({ carrier: { loseMarks: { callIndex: 1, times: 2 } } });
  expect(strikes(faults, 6, (i) => i % 2)).toBe('.!.!..');
});

it('is aimed at one provider, and does not count the others', () => {
  const faults = new Faults({ voice: { status: { value: 500, provider: 'azure', times: 1 } } });
  const struck = ['rime', 'azure', 'azure'].map((provider) => faults.take('voice', 'status', 0, provider));
  expect(struck.map((fault) => fault?.value)).toEqual([undefined, 500, undefined]);
});

it('is drawn from the seed', () => {
  const drawn = (seed: number) =>
    strikes(new Faults({ seed, carrier: { loseMarks: { probability: 0.5 } } }), 200);
  expect(drawn(1)).toBe(drawn(1));
  expect(drawn(1)).not.toBe(drawn(2));
  const hits = drawn(1).replaceAll('.', '').length;
  expect(hits).toBeGreaterThan(70);
  expect(hits).toBeLessThan(130);
});

it('gives the value, and begins anew when replaced', () => {
  const faults = new Faults({ model: { status: { value: 429, times: 1 } } });
  expect(faults.nextIndex('model')).toBe(0);
  expect(faults.nextIndex('model')).toBe(1);
  expect(faults.take('model', 'status')?.number(500)).toBe(429);
  expect(faults.take('model', 'status')).toBeUndefined();
  faults.replace({ model: { status: true } });
  expect(faults.nextIndex('model')).toBe(0);
  expect(faults.take('model', 'status')?.number(500)).toBe(500);
  expect(faults.has('model', 'status')).toBe(true);
  expect(faults.has('voice', 'status')).toBe(false);
});

it.each([{ carrier: { explode: true } }, { nobody: {} }, { carrier: { loseMarks: { times: 0 } } }, []])(
  'refuses %j and keeps the old ones',
  (settings) => {
    const faults = new Faults({ carrier: { loseMarks: true } });
    expect(() => faults.replace(settings)).toThrow(expect.objectContaining({ code: 'SANDBOX.BAD_FAULTS' }));
    expect(strikes(faults, 1)).toBe('!');
  },
);
