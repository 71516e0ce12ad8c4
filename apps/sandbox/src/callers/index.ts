export { Callers } from './callers';
export { ScriptedPerson } from './scripted-person';
export type { PersonDeps } from './scripted-person';
export { SpeechStore } from './speech-store';
