import type { TurnInfo } from './flux-messages';
import { parseFluxMessage } from './flux-messages';
import { TurnTranslator } from './turn-translator';

/** A report of a turn whose words are half a second long, one a second. */
function turn(event: TurnInfo['event'], transcript: string, fields: Record<string, unknown> = {}): TurnInfo {
  const words = transcript.split(' ').filter(Boolean);
  const message = parseFluxMessage(
    JSON.stringify({
      type: 'TurnInfo',
      request_id: 'r',
      sequence_id: 1,
      event,
      turn_index: 0,
      audio_window_start: 0,
      audio_window_end: words.length + 1,
      transcript,
      words: words.map((word, i) => ({ word, confidence: 1, start: i, end: i + 0.5 })),
      end_of_turn_confidence: 0.5,
      ...fields,
    }),
  );
  if (message === undefined || message === 'other' || message.type !== 'TurnInfo')
    throw new Error('not read');
  return message;
}

const read = (reports: readonly TurnInfo[], translator = new TurnTranslator()) =>
  reports.flatMap((report) => translator.translate(report).events ?? []);

describe('parseFluxMessage', () => {
  it.each(['', 'x', '[]', '{"type":5}', '{"type":"Error"}'])('takes %p for no message', (text) => {
    expect(parseFluxMessage(text)).toBeUndefined();
  });

  it.each([
    '{"type":"Connected","request_id":"r","sequence_id":0}',
    '{"type":"ConfigureSuccess"}',
    '{"type":"TurnInfo","event":"AddedLater"}',
  ])('passes over %p', (text) => {
    expect(parseFluxMessage(text)).toBe('other');
  });
});

describe('TurnTranslator', () => {
  it('tells a turn from its first word to its end', () => {
    const reports = [
      turn('Update', ''),
      turn('StartOfTurn', 'hello'),
      turn('Update', 'hello'),
      turn('Update', 'hello there'),
      turn('EagerEndOfTurn', 'Hello there.'),
      turn('EndOfTurn', 'Hello there.'),
    ];
    expect(read(reports)).toEqual([
      { type: 'speech_started', atMs: 0 },
      { type: 'interim', text: 'hello' },
      { type: 'interim', text: 'hello there' },
      { type: 'interim', text: 'Hello there.' },
      { type: 'eager_end_of_turn', text: 'Hello there.' },
      { type: 'final', text: 'Hello there.', endOfTurn: true, endMs: 1500 },
    ]);
  });

  it('tells that a turn goes on, once, be it said or only heard', () => {
    const begun = [turn('StartOfTurn', 'a'), turn('EagerEndOfTurn', 'a')];
    const told = (rest: TurnInfo[]) => read([...begun, ...rest]).slice(3);
    expect(told([turn('TurnResumed', 'a'), turn('Update', 'a b')])).toEqual([
      { type: 'turn_resumed' },
      { type: 'interim', text: 'a b' },
    ]);
    expect(told([turn('Update', 'a b'), turn('TurnResumed', 'a b')])).toEqual([
      { type: 'turn_resumed' },
      { type: 'interim', text: 'a b' },
    ]);
  });

  it('goes by the audio when words have no times', () => {
    const untimed = { words: [{ word: 'yes', confidence: 1 }], audio_window_end: 2.5 };
    expect(read([turn('StartOfTurn', 'yes', untimed), turn('EndOfTurn', 'yes', untimed)])).toEqual([
      { type: 'speech_started', atMs: 2500 },
      { type: 'interim', text: 'yes' },
      { type: 'final', text: 'yes', endOfTurn: true, endMs: 2500 },
    ]);
  });

  it('says nothing of a turn without words, and takes words back that are gone', () => {
    expect(read([turn('EndOfTurn', '')])).toEqual([]);
    const told = read([
      turn('StartOfTurn', 'uh'),
      turn('Update', ''),
      turn('StartOfTurn', 'uh'),
      turn('EndOfTurn', ''),
    ]);
    expect(told.map((event) => [event.type, 'text' in event ? event.text : undefined])).toEqual([
      ['speech_started', undefined],
      ['interim', 'uh'],
      ['interim', ''],
      ['interim', 'uh'],
      ['final', ''],
    ]);
  });

  it('settles the words that cannot be heard again, and ends the turn of the others', () => {
    const translator = new TurnTranslator();
    read([turn('StartOfTurn', 'one'), turn('EagerEndOfTurn', 'one two three')], translator);
    expect(translator.settle(1200)).toEqual({
      events: [{ type: 'turn_resumed' }, { type: 'final', text: 'one two', endOfTurn: false, endMs: 1500 }],
      settledMs: 1500,
    });
    // The next connection may hear nothing but silence, and owes no end of a turn that it knows nothing of.
    expect(translator.isIdle).toBe(true);
    expect(read([turn('EndOfTurn', '')], translator)).toMatchObject([
      { type: 'final', text: '', endOfTurn: true },
    ]);
  });

  it('settles nothing of a turn that can be heard again whole', () => {
    const translator = new TurnTranslator();
    read([turn('StartOfTurn', 'one', { audio_window_start: 0.2 })], translator);
    expect(translator.settle(0)).toEqual({ events: [] });
    expect(translator.isIdle).toBe(true);
  });
});
