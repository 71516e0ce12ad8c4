export { spokenForm } from './spoken-text';
export { textOfSpoken } from './spoken-form';
export type { SpokenForm, Swap } from './spoken-form';
