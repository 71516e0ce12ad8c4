import { DeepgramMessage, MessageTranslator, parseDeepgramMessage, settledUntil } from './deepgram-messages';

function results(transcript: string, fields: Record<string, unknown> = {}): DeepgramMessage {
  const words = transcript
    .split(' ')
    .filter(Boolean)
    .map((word, i) => ({ word, start: i, end: i + 0.5, confidence: 1, punctuated_word: word }));
  const text = JSON.stringify({
    type: 'Results',
    channel_index: [0, 1],
    start: 0,
    duration: 3,
    is_final: false,
    speech_final: false,
    channel: { alternatives: [{ transcript, confidence: 1, words }] },
    metadata: { request_id: 'r' },
    ...fields,
  });
  const parsed = parseDeepgramMessage(text);
  if (parsed === undefined || parsed === 'other') throw new Error('not read');
  return parsed;
}

describe('parseDeepgramMessage', () => {
  it.each([
    '',
    'x',
    '{}',
    '[]',
    'null',
    '{"type":5}',
    '{"type":"Results"}',
    '{"type":"Results","start":"a"}',
  ])('takes %p for no message', (text) => {
    expect(parseDeepgramMessage(text)).toBeUndefined();
  });

  it.each(['{"type":"Metadata","request_id":"r"}', '{"type":"Added later"}'])('passes over %p', (text) => {
    expect(parseDeepgramMessage(text)).toBe('other');
  });

  it('knows which audio is settled', () => {
    expect(settledUntil(results('a', { start: 1.5, is_final: true }))).toBe(4.5);
    expect(settledUntil(results('a', { start: 1.5 }))).toBeUndefined();
  });
});

describe('MessageTranslator', () => {
  it('tells words, ends and times in ms of the audio', () => {
    const translator = new MessageTranslator();
    const told = [
      parseDeepgramMessage('{"type":"SpeechStarted","channel":[0,1],"timestamp":1.2}'),
      results('hello'),
      results('Hello there', { is_final: true }),
      results('You?', { is_final: true, speech_final: true }),
      parseDeepgramMessage('{"type":"UtteranceEnd","channel":[0,1],"last_word_end":2.395}'),
    ].map((message) => translator.translate(message as DeepgramMessage));
    expect(told).toEqual([
      { type: 'speech_started', atMs: 1200 },
      { type: 'interim', text: 'hello' },
      { type: 'final', text: 'Hello there', endOfTurn: false, endMs: 1500 },
      { type: 'final', text: 'You?', endOfTurn: true, endMs: 500 },
      { type: 'utterance_ended', lastWordEndMs: 2395 },
    ]);
  });

  it('drops the empty results of silence', () => {
    const translator = new MessageTranslator();
    const silence = [
      results(''),
      results('', { is_final: true }),
      results('', { is_final: true, speech_final: true }),
    ];
    for (const message of silence) expect(translator.translate(message)).toBeUndefined();
  });

  it('takes words back when an empty result replaces them', () => {
    const translator = new MessageTranslator();
    translator.translate(results('uh'));
    expect(translator.translate(results(''))).toEqual({ type: 'interim', text: '' });
    translator.translate(results('uh'));
    expect(translator.translate(results('', { is_final: true }))).toMatchObject({
      text: '',
      type: 'final',
    });
  });

  it('tells an end of turn that comes without words, once, after words', () => {
    const translator = new MessageTranslator();
    translator.translate(results('hello', { is_final: true }));
    const end = results('', { is_final: true, speech_final: true });
    expect(translator.translate(end)).toMatchObject({ type: 'final', text: '', endOfTurn: true });
    expect(translator.translate(end)).toBeUndefined();
  });

  it('tells where the last word was, though an end comes without words', () => {
    const translator = new MessageTranslator();
    translator.translate(results('hello', { is_final: true }));
    const end = results('', { is_final: true, speech_final: true, start: 3, duration: 2 });
    expect(translator.translate(end)).toMatchObject({ text: '', endMs: 500 });
    const message = parseDeepgramMessage('{"type":"UtteranceEnd","last_word_end":-1}');
    expect(translator.translate(message as DeepgramMessage)).toMatchObject({ lastWordEndMs: 500 });
  });

  it('settles the words that cannot be heard again, and no others', () => {
    const translator = new MessageTranslator();
    translator.translate(results('one two three'));
    expect(translator.isIdle).toBe(false);
    expect(translator.settle(1.2)).toEqual({
      events: [{ type: 'final', text: 'one', endOfTurn: false, endMs: 500 }],
      settledMs: 500,
    });
    expect(translator.settle(1200).events).toMatchObject([{ text: 'one two', endMs: 1500 }]);
    translator.restart();
    expect(translator.settle(5000)).toEqual({});
  });
});
