import { readListenQuery } from './listen-query';

const read = (query: string) =>
  readListenQuery(new URLSearchParams(`encoding=mulaw&sample_rate=8000&${query}`));

describe('readListenQuery', () => {
  it('takes what a telephone client asks for', () => {
    const asked = 'model=nova-3&interim_results=true&endpointing=300&utterance_end_ms=1000&vad_events=true';
    expect(read(`${asked}&smart_format=true&keyterm=a&keyterm=b`)).toEqual({
      model: 'nova-3',
      interimResults: true,
      vadEvents: true,
      formatted: true,
      endpointingMs: 300,
      utteranceEndMs: 1000,
    });
  });

  it('has the defaults of the real one', () => {
    expect(read('')).toMatchObject({ endpointingMs: 10, utteranceEndMs: null, interimResults: false });
    expect(read('endpointing=false')).toMatchObject({ endpointingMs: null });
  });

  it.each([
    'encoding=linear16',
    'model=nova-2&keyterm=x',
    'model=nova-3&keywords=x:1',
    'utterance_end_ms=1000',
    'utterance_end_ms=500&interim_results=true',
    'endpointing=soon',
    'channels=2',
  ])('refuses %s', (query) => {
    const fields = new URLSearchParams(`encoding=mulaw&sample_rate=8000`);
    for (const [name, value] of new URLSearchParams(query)) fields.set(name, value);
    expect(typeof readListenQuery(fields)).toBe('string');
  });
});
