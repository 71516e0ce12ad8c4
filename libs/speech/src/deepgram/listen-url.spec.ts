import { listenUrl } from './listen-url';

const options = {
  language: 'en',
  keywords: { Parley: 2, 'table for two': 1.5, ' ': 1 },
  endpointingMs: 300.4,
  sensitivity: 'auto' as const,
  tellsEagerEnds: false,
};

describe('listenUrl', () => {
  it('asks for telephone audio, interims and turn ends', () => {
    const url = new URL(listenUrl('wss://api.deepgram.com/', 'nova-3', options));
    expect(url.origin + url.pathname).toBe('wss://api.deepgram.com/v1/listen');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      encoding: 'mulaw',
      sample_rate: '8000',
      channels: '1',
      interim_results: 'true',
      endpointing: '300',
      utterance_end_ms: '1000',
      vad_events: 'true',
      language: 'en',
      model: 'nova-3',
    });
    expect(url.searchParams.getAll('keyterm')).toEqual(['Parley', 'table for two']);
    expect(url.searchParams.has('keywords')).toBe(false);
  });

  it.each(['nova-2', 'nova-2-phonecall', 'enhanced', 'base'])('gives weights to %s', (model) => {
    const url = new URL(listenUrl('http://proxy:81/deepgram', model, options));
    expect(url.origin + url.pathname).toBe('ws://proxy:81/deepgram/v1/listen');
    expect(url.searchParams.getAll('keywords')).toEqual(['Parley:2', 'table for two:1.5']);
    expect(url.searchParams.has('keyterm')).toBe(false);
  });
});
