import { SimulatedCall } from '../testing';

/** What the driver holds of a call's audio at most: all that came of utterances that were not forgotten. */
function mostHeldBytes(call: SimulatedCall): number {
  const held = new Map<number, number>();
  let most = 0;
  for (const entry of call.log) {
    if (entry.type === 'speech_audio') {
      held.set(entry.utteranceId, (held.get(entry.utteranceId) ?? 0) + entry.bytes);
      most = Math.max(
        most,
        [...held.values()].reduce((sum, bytes) => sum + bytes, 0),
      );
    } else if (entry.type === 'forget_audio' || entry.type === 'cancel_speech')
      held.delete(entry.utteranceId);
  }
  return most;
}

test('of a reply of five minutes half a megabyte is held at most, and nothing in the end', () => {
  const sentence = 'This is one of very many sentences that the model writes without ever coming to an end. ';
  const call = new SimulatedCall().start().willReply({ say: sentence.repeat(55), tokenMs: 5 });
  call.says('tell me all').run(330_000);
  expect(call.transcript.at(-1)).toContain('without ever coming to an end.');
  expect(mostHeldBytes(call)).toBeLessThan(500_000);
  const asked = new Set(call.effectsOf('request_speech').map(({ utteranceId }) => utteranceId));
  const forgotten = call.effectsOf('forget_audio').map(({ utteranceId }) => utteranceId);
  expect(forgotten).toEqual([...asked]);
});

test('a long greeting, too, is made no further ahead than needed', () => {
  const initialMessage = 'a greeting without any mark in it '.repeat(60);
  const call = new SimulatedCall({ initialMessage }).start().run(200_000);
  expect(mostHeldBytes(call)).toBeLessThan(500_000);
  expect(call.transcript).toEqual([`BOT: ${initialMessage.trim()}`]);
});

test('what is cut is forgotten at once', () => {
  const call = new SimulatedCall()
    .start()
    .willReply('First comes this. Then there is that. And then the rest of it.');
  call.says('tell me').runUntilHeard('First').run(1_500).hear({ type: 'interim', text: 'stop that' });
  const asked = new Set(call.effectsOf('request_speech').map(({ utteranceId }) => utteranceId));
  const gone = [...call.effectsOf('forget_audio'), ...call.effectsOf('cancel_speech')];
  expect(new Set(gone.map(({ utteranceId }) => utteranceId))).toEqual(asked);
});
