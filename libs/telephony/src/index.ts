export { AccountTokens, storedAccountTokens } from './account-tokens';
export type { AccountRef, AccountTokensOptions } from './account-tokens';
export { isSignedByTwilio, twilioSignature } from './twilio/signature';
export type { SignedTwilioRequest } from './twilio/signature';
export { TwilioCarrier } from './twilio/twilio-carrier';
export type { TwilioCarrierOptions } from './twilio/twilio-carrier';
export { connectStream, dial, hangup, reject, sayAndHangup } from './twilio/twiml';
export type { ConnectStream, Dial, Say } from './twilio/twiml';
