export { FakeLanguageModel, FakeSynthesizer, FakeTranscriber, FakeTranscription } from './fake-providers';
export { plainSettings, SimulatedCall, simulatedStartMs } from './simulated-call';
export type {
  ScriptedAnswer,
  ScriptedPassages,
  ScriptedReply,
  ScriptedSpeech,
  SimulatedTimes,
} from './simulated-call';
export { SimulatedCarrier } from './simulated-carrier';
