export { isSignedByTwilio, twilioSignature } from './twilio/signature';
export type { SignedTwilioRequest } from './twilio/signature';
