import { encodeMulaw } from '@parley/audio';
import * as azure from 'microsoft-cognitiveservices-speech-sdk';
import type { TranscriberEntries } from '../../journal';
import { createVoice } from '../../voice';
import { KEY, providerOptions } from '../testing/provider-bench';
import { AzureProvider } from './azure-provider';

/** Azure's own SDK takes the sandbox for Azure Speech. */
describe('the SDK of Azure Speech', () => {
  const voice = createVoice();
  let options: ReturnType<typeof providerOptions<TranscriberEntries>>;
  let provider: AzureProvider;
  let recognizer: azure.SpeechRecognizer;
  let audio: azure.PushAudioInputStream;

  async function start(key = KEY): Promise<void> {
    options = providerOptions<TranscriberEntries>();
    provider = new AzureProvider(options);
    const config = azure.SpeechConfig.fromHost(new URL(`ws://127.0.0.1:${await provider.start()}`), key);
    config.speechRecognitionLanguage = 'en-US';
    config.setProperty(azure.PropertyId.Speech_SegmentationSilenceTimeoutMs, '500');
    const format = azure.AudioStreamFormat.getWaveFormat(8000, 8, 1, azure.AudioFormatTag.MuLaw);
    audio = azure.AudioInputStream.createPushStream(format);
    recognizer = new azure.SpeechRecognizer(config, azure.AudioConfig.fromStreamInput(audio));
  }

  const speech = async (text: string) => Buffer.from(encodeMulaw((await voice.speak(text)).samples));
  const silence = (ms: number) => Buffer.alloc(ms * 8, 0xff);
  const write = (piece: Buffer) =>
    audio.write(piece.buffer.slice(piece.byteOffset, piece.byteOffset + piece.length) as ArrayBuffer);
  const begin = () =>
    new Promise<void>((resolve, reject) => recognizer.startContinuousRecognitionAsync(resolve, reject));

  afterEach(async () => {
    await new Promise<void>((resolve) => recognizer.close(resolve, () => resolve()));
    await provider.close();
  });

  it('hears phrases, cut by silence, with their places', async () => {
    await start();
    const finals: { text: string; endMs: number; reason: azure.ResultReason }[] = [];
    const kinds = new Set<string>();
    recognizer.speechStartDetected = () => kinds.add('start');
    recognizer.recognizing = (_sender, { result }) =>
      kinds.add(`recognizing ${result.text.split(' ')[0] ?? ''}`);
    recognizer.recognized = (_sender, { result }) => {
      const endMs = (result.offset + result.duration) / 10_000;
      finals.push({ text: result.text, endMs, reason: result.reason });
    };
    const stopped = new Promise<void>((resolve) => (recognizer.sessionStopped = () => resolve()));
    await begin();
    const first = await speech('good evening');
    write(Buffer.concat([first, silence(800), await speech('a table for two')]));
    audio.close();
    await stopped;
    expect(finals.map(({ text }) => text)).toEqual(['Good evening.', 'A table for two.']);
    expect(new Set(finals.map(({ reason }) => reason))).toEqual(
      new Set([azure.ResultReason.RecognizedSpeech]),
    );
    expect(Math.abs((finals[0]?.endMs ?? 0) - first.length / 8)).toBeLessThan(50);
    expect([...kinds]).toEqual(expect.arrayContaining(['start', 'recognizing good']));
    const opened = options.journal.after(0).find(({ kind }) => kind === 'session_opened');
    expect(JSON.stringify(opened)).not.toContain(KEY);
  });

  it('is refused with a wrong key', async () => {
    await start('wrong');
    const canceled = new Promise<azure.SpeechRecognitionCanceledEventArgs>((resolve) => {
      recognizer.canceled = (_sender, event) => resolve(event);
    });
    begin().catch(() => undefined);
    expect((await canceled).errorDetails).toContain('401');
  });
});
