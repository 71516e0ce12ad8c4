import { readFluxQuery, readThresholds } from './flux-query';

const audio = 'encoding=mulaw&sample_rate=8000';

it('reads what a client asks for', () => {
  const query = `model=flux-general-multi&${audio}&eot_threshold=0.8&eager_eot_threshold=0.4&eot_timeout_ms=2500&keyterm=a&keyterm=b&language_hint=de`;
  expect(readFluxQuery(new URLSearchParams(query))).toEqual({
    model: 'flux-general-multi',
    eotThreshold: 0.8,
    eagerThreshold: 0.4,
    timeoutMs: 2500,
    keyterms: ['a', 'b'],
    languageHints: ['de'],
  });
});

it.each([
  `model=nova-3&${audio}`,
  `model=flux-general-en&encoding=mulaw`,
  `model=flux-general-en&encoding=opus&sample_rate=8000`,
  `model=flux-general-en&${audio}&language_hint=de`,
  `model=flux-general-en&${audio}&interim_results=true`,
  `model=flux-general-en&${audio}&eot_threshold=0.2`,
  `model=flux-general-en&${audio}&eot_threshold=x`,
  `model=flux-general-en&${audio}&eager_eot_threshold=0.8`,
  `model=flux-general-en&${audio}&eot_timeout_ms=10`,
])('refuses %s', (query) => {
  expect(typeof readFluxQuery(new URLSearchParams(query))).toBe('string');
});

it('keeps a threshold that is not named', () => {
  const current = { eotThreshold: 0.7, eagerThreshold: 0.4, timeoutMs: 2500 };
  expect(readThresholds({ eot_threshold: 0.9 }, current)).toEqual({ ...current, eotThreshold: 0.9 });
});
