export { ControlServer } from './control-server';
export type { ControlOptions, ReadableJournal } from './control-server';
