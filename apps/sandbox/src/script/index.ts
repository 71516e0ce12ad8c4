export { loadScript, parseScript, ScriptHolder } from './script';
export type {
  Expectation,
  ModelRule,
  Script,
  ScriptedCaller,
  Step,
  TranscriberNoise,
  WaitFor,
} from './script';
