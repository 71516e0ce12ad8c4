import {
  FakeLanguageModel,
  FakeSynthesizer,
  FakeTranscriber,
  plainSettings,
} from '@parley/conversation/testing';
import { AppError, FakeClock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import { Pacer } from '../carrier/pacer';
import { PlayOut } from '../carrier/play-out';
import { FactBuffer } from '../facts/fact-buffer';
import { CallTelemetry } from '../telemetry/call-telemetry';
import { LiveCall } from './live-call';

const logger = createLogger({ service: 'spec', level: 'silent' });
const call = { userId: 'u', callId: 'c', stint: 1 };

/** A call over fakes in virtual time. */
function liveCall(settings = plainSettings) {
  const clock = new FakeClock(1_000);
  const transcriber = new FakeTranscriber();
  const synthesizer = new FakeSynthesizer();
  const told: unknown[] = [];
  const finish = jest.fn(() => Promise.resolve());
  const closeSocket = jest.fn();
  const sink = { media: jest.fn(), mark: jest.fn(), clear: jest.fn() };
  const teller = { tell: (_: string, __: string, fact: unknown) => Promise.resolve(told.push(fact)) };
  const live = new LiveCall({
    call,
    settings,
    voice: { provider: 'x', voiceId: null, model: null, apiKey: null, dials: {}, language: 'en' },
    transcriber,
    transcriberOptions: {
      language: 'en',
      keywords: {},
      endpointingMs: 300,
      sensitivity: 'auto',
      tellsEagerEnds: false,
    },
    model: new FakeLanguageModel(),
    synthesizer,
    integrations: { runAction: jest.fn(), lookUp: jest.fn() },
    callControl: { attach: jest.fn(), checkTransfer: jest.fn(), transfer: jest.fn(), finish },
    playOut: new PlayOut(clock, new Pacer(clock), sink),
    facts: new FactBuffer(call, teller, clock, logger),
    telemetry: new CallTelemetry(),
    clock,
    logger,
    closeSocket,
  });
  return { live, clock, transcriber, finish, closeSocket, told, sink };
}

test('a defect in the conversation ends that call, properly, and throws at nobody', async () => {
  const broken = Object.defineProperty({ ...plainSettings }, 'prompt', {
    get: () => {
      throw new Error('defect');
    },
  });
  const { live, transcriber, finish, closeSocket } = liveCall(broken);
  live.start();
  expect(() => transcriber.session.hears('hello there')).not.toThrow();
  await live.ended;
  expect(finish).toHaveBeenCalledTimes(1);
  expect(finish).toHaveBeenCalledWith(
    call,
    expect.objectContaining({
      reason: 'provider_failed',
      errorMessage: expect.stringContaining('CONVERSATION.FAILED'),
      lastWords: expect.stringContaining('technical difficulties'),
    }),
  );
  expect(closeSocket).toHaveBeenCalledTimes(1);
});

test('a transcriber that cannot even be opened is a fault, not a deaf call', async () => {
  const { live, transcriber, told } = liveCall();
  transcriber.open = () => {
    throw new AppError('invalid', 'TRANSCRIBER.REJECTED', 'No such language.');
  };
  live.start();
  live.detach('over');
  await live.ended;
  const problem = expect.objectContaining({ type: 'problem', code: 'TRANSCRIBER.REJECTED' });
  expect(told).toContainEqual(expect.objectContaining({ body: problem }));
});

test('a call that is over has no timer, hears nothing and does nothing', async () => {
  const { live, clock, transcriber, told, sink } = liveCall({ ...plainSettings, initialMessage: 'Hello.' });
  live.start();
  const { session } = transcriber;
  live.detach('carrier gone');
  await live.ended;
  const factsTold = told.length;
  session.hears('is anyone there');
  live.audio(new Uint8Array(160));
  live.hear({ type: 'mark', name: 'm1' });
  clock.advance(3_600_000);
  expect(told).toHaveLength(factsTold);
  expect(session.receivedBytes).toBe(0);
  expect(sink.media).not.toHaveBeenCalled();
});
