import { fluxKnows, fluxUrl } from './flux-url';

const options = {
  language: 'en',
  keywords: { Parley: 2, 'table for two': 1, ' ': 1 },
  endpointingMs: 300,
  sensitivity: 'auto' as const,
  tellsEagerEnds: true,
};
const query = (given: Partial<typeof options>) =>
  Object.fromEntries(new URL(fluxUrl('http://host/', { ...options, ...given })).searchParams);

it('asks for telephone audio and turns', () => {
  const url = new URL(fluxUrl('wss://api.deepgram.com/', options));
  expect(url.origin + url.pathname).toBe('wss://api.deepgram.com/v2/listen');
  expect(url.searchParams.getAll('keyterm')).toEqual(['Parley', 'table for two']);
  expect(query({ keywords: {} as typeof options.keywords })).toEqual({
    model: 'flux-general-en',
    encoding: 'mulaw',
    sample_rate: '8000',
    eot_threshold: '0.7',
    eager_eot_threshold: '0.4',
    eot_timeout_ms: '2500',
  });
});

it('asks for no eager ends that nobody uses', () => {
  expect(query({ tellsEagerEnds: false })).not.toHaveProperty('eager_eot_threshold');
});

it('hints at the language where it is not English', () => {
  expect(query({ language: 'de' })).toMatchObject({ model: 'flux-general-multi', language_hint: 'de' });
  expect(['en', 'de', 'ko', 'id'].map(fluxKnows)).toEqual([true, true, false, false]);
});

it.each(['sensitive', 'auto', 'relaxed'] as const)(
  'keeps within the bounds of Deepgram (%s)',
  (sensitivity) => {
    const asked = query({ sensitivity } as object);
    const [end, eager] = [Number(asked['eot_threshold']), Number(asked['eager_eot_threshold'])];
    expect(end).toBeGreaterThanOrEqual(0.5);
    expect(end).toBeLessThanOrEqual(0.9);
    expect(eager).toBeGreaterThanOrEqual(0.3);
    expect(eager).toBeLessThanOrEqual(end);
  },
);
