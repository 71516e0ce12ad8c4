export { advanceCall } from './advance-call';
export { checkDueAtMs } from './call-checks';
export { defaultCallTimings, newCallLife } from './call-life';
export type {
  CallIntent,
  CallLife,
  CallStage,
  CallStageOutcome,
  CallTimings,
  LastWords,
  LifeEffect,
  LifeEvent,
} from './call-life';
export { callEndMs, callError, callStage, callStatus, connectedMs } from './call-status';
export type { CallStatus } from './call-status';
export type {
  BuyCarrierNumber,
  CarrierCall,
  CarrierCallUrls,
  CarrierNumber,
  CarrierNumberUrls,
  CarrierPort,
  PlaceCarrierCall,
} from './carrier.port';
export { isCarrierStatus, isFinalStatus, laterStatus } from './carrier-status';
export type { CarrierStatus } from './carrier-status';
export { guardDial } from './dial-guard';
export type { DialPolicy, DialRefusal, DialRefusalReason } from './dial-guard';
export { parsePossibleNumber, toDigits } from './phone-numbers';
export type { FieldPath } from './phone-numbers';
export { renderTranscript } from './transcript';
export type { TranscriptEntry } from './transcript';
