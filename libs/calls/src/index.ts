export { guardDial } from './dial-guard';
export type { DialPolicy, DialRefusal, DialRefusalReason } from './dial-guard';
export { parsePossibleNumber, toDigits } from './phone-numbers';
export type { FieldPath } from './phone-numbers';
