import type { RealtimeServerEvent, SessionUpdateEvent } from 'openai/resources/realtime/realtime';
import type { Reading } from '../listening/vendor-wire';
import { parseRealtimeMessage } from './realtime-messages';
import { RealtimeWire } from './realtime-wire';

const options = {
  language: 'en',
  keywords: { Parley: 2, noon: 1 },
  endpointingMs: 300,
  sensitivity: 'auto' as const,
  tellsEagerEnds: true,
};

/** Fields that nothing here reads. */
const place = { event_id: 'e', content_index: 0 };

function opened() {
  const wire = new RealtimeWire('the-key', 'https://api.openai.com/v1/', 'gpt-4o-mini-transcribe', options);
  const [update] = wire.greeting();
  const tell = (event: RealtimeServerEvent): Reading | undefined => wire.read(JSON.stringify(event));
  const all = (...events: RealtimeServerEvent[]) => events.flatMap((event) => tell(event)?.events ?? []);
  return { wire, update: JSON.parse(String(update)) as unknown, tell, all };
}

const started = (id: string, ms: number): RealtimeServerEvent => ({
  type: 'input_audio_buffer.speech_started',
  ...{ event_id: 'e', item_id: id, audio_start_ms: ms },
});
const stopped = (id: string, ms: number): RealtimeServerEvent => ({
  type: 'input_audio_buffer.speech_stopped',
  ...{ event_id: 'e', item_id: id, audio_end_ms: ms },
});
const delta = (id: string, text: string): RealtimeServerEvent => ({
  type: 'conversation.item.input_audio_transcription.delta',
  ...{ ...place, item_id: id, delta: text },
});
const completed = (id: string, transcript: string): RealtimeServerEvent => ({
  type: 'conversation.item.input_audio_transcription.completed',
  ...{ ...place, item_id: id, transcript, usage: { type: 'duration', seconds: 1 } },
});
const failed = (id: string, code: string): RealtimeServerEvent => ({
  type: 'conversation.item.input_audio_transcription.failed',
  ...{ ...place, item_id: id, error: { code, message: 'No.' } },
});
const error = (type: string, code: string): RealtimeServerEvent => ({
  type: 'error',
  ...{ event_id: 'e', error: { type, code, message: 'No.' } },
});
const updated = { type: 'session.updated', event_id: 'e', session: {} } as RealtimeServerEvent;

describe('RealtimeWire', () => {
  it('asks for a transcription of telephone audio that is cut by silence', () => {
    const { wire, update } = opened();
    // The type is that of OpenAI's own SDK.
    const wanted: SessionUpdateEvent = {
      type: 'session.update',
      session: {
        type: 'transcription',
        audio: {
          input: {
            format: { type: 'audio/pcmu' },
            transcription: {
              model: 'gpt-4o-mini-transcribe',
              language: 'en',
              prompt: 'Words that may come up: Parley, noon.',
            },
            turn_detection: { type: 'server_vad', prefix_padding_ms: 300, silence_duration_ms: 300 },
          },
        },
      },
    };
    expect(update).toEqual(wanted);
    expect(wire.target()).toEqual({
      url: 'wss://api.openai.com/v1/realtime?intent=transcription',
      headers: { authorization: 'Bearer the-key' },
    });
    expect(wire.audio(Uint8Array.of(1, 2, 255))).toEqual([
      '{"type":"input_audio_buffer.append","audio":"AQL/"}',
    ]);
  });

  it('tells a segment from its beginning to its words, which end no turn for certain', () => {
    const { all, tell } = opened();
    const told = all(
      started('a', 700),
      stopped('a', 2300),
      delta('a', 'Hello'),
      delta('a', ' there.'),
      completed('a', 'Hello there.'),
    );
    expect(told).toEqual([
      { type: 'speech_started', atMs: 1000 },
      { type: 'interim', text: 'Hello' },
      { type: 'interim', text: 'Hello there.' },
      { type: 'final', text: 'Hello there.', endOfTurn: null, endMs: 2000 },
    ]);
    all(started('b', 3000), stopped('b', 4300));
    expect(tell(completed('b', 'Yes.'))?.settledMs).toBe(4000);
  });

  it('keeps the order of the speech when transcripts overtake each other', () => {
    const { all } = opened();
    all(started('a', 0), stopped('a', 1300), started('b', 1700), stopped('b', 3300));
    expect(all(completed('b', 'For two.'))).toEqual([{ type: 'interim', text: 'For two.' }]);
    expect(all(completed('a', 'A table.'))).toEqual([
      { type: 'final', text: 'A table.', endOfTurn: false, endMs: 1000 },
      { type: 'final', text: 'For two.', endOfTurn: null, endMs: 3000 },
    ]);
  });

  it('knows that a turn is not over when the caller speaks again before the words are there', () => {
    const { all } = opened();
    all(started('a', 0), stopped('a', 1300), started('b', 1700));
    expect(all(completed('a', 'I would like, um,'))).toMatchObject([{ type: 'final', endOfTurn: false }]);
  });

  it('waits for no transcript for ever', () => {
    const { all } = opened();
    for (const [at, id] of ['a', 'b', 'c', 'd'].entries())
      all(started(id, 2000 * at), stopped(id, 2000 * at + 900));
    all(delta('a', 'Well,'));
    const told = all(completed('b', 'B.'), completed('c', 'C.'), completed('d', 'D.'));
    expect(told.flatMap((event) => (event.type === 'final' ? [event.text] : []))).toEqual([
      'Well,',
      'B.',
      'C.',
      'D.',
    ]);
    expect(all(completed('a', 'Late.'))).toEqual([]);
  });

  it('makes do with what it has of a segment that failed, once', () => {
    const { all, tell } = opened();
    all(started('a', 0), stopped('a', 900), delta('a', 'Well'));
    expect(tell(failed('a', 'audio_unintelligible'))).toMatchObject({
      events: [{ type: 'final', text: 'Well' }],
    });
    all(started('b', 2000), stopped('b', 2900));
    expect(tell(failed('b', 'audio_unintelligible'))?.error?.code).toBe('TRANSCRIBER.UNAVAILABLE');
  });

  it.each([
    ['invalid_request_error', 'invalid_api_key', 'UNAUTHENTICATED'],
    ['insufficient_quota', 'insufficient_quota', 'QUOTA_EXHAUSTED'],
    ['requests', 'rate_limit_exceeded', 'RATE_LIMITED'],
    ['invalid_request_error', 'model_not_found', 'REJECTED'],
    ['invalid_request_error', 'session_expired', 'UNAVAILABLE'],
    ['server_error', 'server_error', 'UNAVAILABLE'],
  ])('gives a session up for %s, %s', (type, code, expected) => {
    const { tell } = opened();
    tell(updated);
    expect(tell(error(type, code))?.error?.code).toBe(`TRANSCRIBER.${expected}`);
  });

  it('repeats nothing of a key that is refused', () => {
    const { tell } = opened();
    const message = 'Incorrect API key provided: sk-proj-****wxyz.';
    const refused = { type: 'invalid_request_error', code: 'invalid_api_key', message };
    expect(tell({ type: 'error', event_id: 'e', error: refused })?.error?.details).toEqual({
      code: 'invalid_api_key',
    });
  });

  it('outlives a complaint, but for one about what it asked for at first', () => {
    const { tell } = opened();
    expect(tell(error('invalid_request_error', 'invalid_value'))?.error?.code).toBe('TRANSCRIBER.REJECTED');
    tell(updated);
    expect(tell(error('invalid_request_error', 'invalid_value'))).toEqual({});
  });

  it('cuts off at the end only what is being said, and is finished when its words are there', () => {
    const silent = opened().wire;
    expect(silent.farewell()).toEqual([]);
    expect(silent.isFinished).toBe(true);
    const { wire, all } = opened();
    all(started('a', 0));
    expect(wire.farewell()).toEqual(['{"type":"input_audio_buffer.commit"}']);
    all({ type: 'input_audio_buffer.committed', event_id: 'e', item_id: 'a' });
    expect(wire.isFinished).toBe(false);
    all(completed('a', 'Bye.'));
    expect(wire.isFinished).toBe(true);
  });

  it('settles what cannot be heard again, and forgets what can', () => {
    const { wire, all } = opened();
    all(started('a', 0), stopped('a', 1300), delta('a', 'One'), started('b', 2700), delta('b', 'Two'));
    expect(wire.lost(1500)).toEqual({
      events: [{ type: 'final', text: 'One', endOfTurn: false, endMs: 1000 }],
      settledMs: 1000,
    });
    expect(wire.isIdle).toBe(true);
  });
});

describe('parseRealtimeMessage', () => {
  it.each(['', 'x', '[]', '{"type":5}', '{"type":"error"}'])('takes %p for no message', (text) => {
    expect(parseRealtimeMessage(text)).toBeUndefined();
  });

  it('passes over kinds that say nothing of use', () => {
    expect(parseRealtimeMessage('{"type":"session.created","session":{}}')).toBe('other');
  });
});
