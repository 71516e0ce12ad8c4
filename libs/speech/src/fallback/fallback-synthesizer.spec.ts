import type { SpeechPiece, SpokenWord, Synthesizer, VoiceSettings } from '@parley/conversation';
import { AppError, CircuitBreaker, FakeClock, FallbackChain } from '@parley/kernel';
import { FallbackSynthesizer } from './fallback-synthesizer';

type Step = SpeechPiece | Error | 'hang';

const audio = (ms: number): SpeechPiece => ({ type: 'audio', mulaw: new Uint8Array(ms * 8) });
const words = (...given: [string, number, number][]): SpeechPiece => ({
  type: 'words',
  words: given.map(([text, startMs, endMs]) => ({ text, startMs, endMs })),
});
const away = () => new AppError('unavailable', 'SYNTHESIZER.UNAVAILABLE', 'Away.');
const wrongKey = () => new AppError('unauthenticated', 'SYNTHESIZER.UNAUTHENTICATED', 'No.');
const voice: VoiceSettings = {
  provider: 'v0',
  voiceId: 'x',
  model: null,
  apiKey: 'own',
  dials: {},
  language: 'en',
};
const sentence = 'Good evening, this is Ada.';

class ScriptedVoice implements Synthesizer {
  readonly texts: string[] = [];
  readonly voices: VoiceSettings[] = [];

  constructor(
    readonly name: string,
    private readonly scripts: Step[][],
  ) {}

  async *speak(text: string, given: VoiceSettings, signal: AbortSignal): AsyncGenerator<SpeechPiece> {
    this.texts.push(text);
    this.voices.push(given);
    for (const step of this.scripts[Math.min(this.texts.length, this.scripts.length) - 1] ?? []) {
      await Promise.resolve();
      if (step instanceof Error) throw step;
      if (step === 'hang') {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return;
      }
      yield step;
    }
  }

  warm(): void {
    throw new Error('not asked for');
  }
}

function given(...scripts: Step[][][]) {
  const clock = new FakeClock();
  const voices = scripts.map((script, index) => new ScriptedVoice(`v${index}`, script));
  const links = voices.map((provider, index) => ({
    name: provider.name,
    provider: { provider, voice: index === 0 ? null : { ...voice, voiceId: null, apiKey: null } },
    breaker: new CircuitBreaker(clock),
  }));
  const switches: string[] = [];
  const chain = new FallbackChain(links, ({ from, to, error }) =>
    switches.push(`${from} ${to} ${error?.code ?? ''}`),
  );
  return { clock, voices, switches, synthesizer: new FallbackSynthesizer(chain, { clock }) };
}

async function speak(synthesizer: Synthesizer) {
  let ms = 0;
  const told: SpokenWord[] = [];
  for await (const piece of synthesizer.speak(sentence, voice, new AbortController().signal)) {
    if (piece.type === 'audio') ms += piece.mulaw.length / 8;
    else told.push(...piece.words);
  }
  return { ms, told };
}
const settle = () => new Promise(setImmediate);

test('the agent’s own voice goes to the first only', async () => {
  const { synthesizer, voices } = given([[wrongKey()]], [[audio(500)]]);
  expect(await speak(synthesizer)).toEqual({ ms: 500, told: [] });
  expect(voices.map(({ voices: [first] }) => first?.apiKey)).toEqual(['own', null]);
  expect(voices[1]?.texts).toEqual([sentence]);
});

test('a quick failure is tried once more with the same voice', async () => {
  const { synthesizer, voices, switches } = given([[away()], [audio(500)]], [[]]);
  expect(await speak(synthesizer)).toMatchObject({ ms: 500 });
  expect([voices[0]?.texts.length, switches]).toEqual([2, []]);
});

test('one that is silent for a second is followed by the next', async () => {
  const { synthesizer, clock, switches } = given([['hang']], [[audio(500)]]);
  const spoken = speak(synthesizer);
  await settle();
  clock.advance(1_000);
  expect(await spoken).toMatchObject({ ms: 500 });
  expect(switches).toEqual(['v0 v1 SYNTHESIZER.TIMEOUT']);
});

test('one that breaks off is followed from the word in which it did', async () => {
  const begun = words(['Good', 0, 300], ['evening,', 300, 900], ['this', 900, 1_100]);
  const rest = words(['evening,', 0, 600], ['this', 600, 800], ['is', 800, 900], ['Ada.', 900, 1_300]);
  const { synthesizer, voices } = given([[begun, audio(600), away()]], [[audio(1_300), rest]]);
  const { ms, told } = await speak(synthesizer);
  expect(voices[1]?.texts).toEqual(['evening, this is Ada.']);
  expect(ms).toBe(1_900);
  expect(told.map(({ text }) => text)).toEqual(['Good', 'evening,', 'this', 'is', 'Ada.']);
  expect(told.at(-1)).toEqual({ text: 'Ada.', startMs: 1_500, endMs: 1_900 });
});

test('without times, the next one begins where a slow speaker would be', async () => {
  const { synthesizer, voices } = given([[audio(1_500), away()]], [[audio(800)]]);
  await speak(synthesizer);
  expect(voices[1]?.texts).toEqual(['this is Ada.']);
});

test('one that fails when all was said is not repeated', async () => {
  const all = words(
    ['Good', 0, 300],
    ['evening,', 300, 900],
    ['this', 900, 1_100],
    ['is', 1_100, 1_200],
    ['Ada.', 1_200, 1_500],
  );
  const { synthesizer, voices, switches } = given([[all, audio(1_500), away()]], [[]]);
  expect(await speak(synthesizer)).toMatchObject({ ms: 1_500 });
  expect(voices[1]?.texts).toEqual([]);
  expect(switches).toHaveLength(1);
});

test('a third one goes on where the second broke off', async () => {
  const { synthesizer, voices } = given([[audio(700), away()]], [[audio(800), away()]], [[audio(300)]]);
  expect((await speak(synthesizer)).ms).toBe(1_800);
  expect(voices.map(({ texts }) => texts)).toEqual([
    [sentence],
    ['evening, this is Ada.'],
    ['evening, this is Ada.'],
  ]);
});

test('a third one goes on behind a second that tells no times, and behind one that tells them late', async () => {
  const begun = words(['Good', 0, 300], ['evening,', 300, 900], ['this', 900, 1_100]);
  const first: Step[][] = [[begun, audio(900), away()]];
  const untimed = given(first, [[audio(500), away()]], [[audio(300)]]);
  await speak(untimed.synthesizer);
  expect(untimed.voices.map(({ texts: [text] }) => text)).toEqual([sentence, 'this is Ada.', 'is Ada.']);
  const timed = words(['evening,', 0, 400], ['this', 400, 800], ['is', 800, 900]);
  const late = given([[audio(700), away()]], [[audio(700), timed, away()]], [[audio(300)]]);
  await speak(late.synthesizer);
  expect(late.voices.map(({ texts: [text] }) => text)).toEqual([
    sentence,
    'evening, this is Ada.',
    'this is Ada.',
  ]);
});

test('when all fail, the last fault is told', async () => {
  const { synthesizer } = given([[wrongKey()]], [[away()]]);
  await expect(speak(synthesizer)).rejects.toMatchObject({ code: 'SYNTHESIZER.UNAVAILABLE' });
});
