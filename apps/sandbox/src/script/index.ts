export { loadScript, parseScript, ScriptHolder } from './script';
export type { Expectation, ModelRule, Script, ScriptedCaller, Step, WaitFor } from './script';
