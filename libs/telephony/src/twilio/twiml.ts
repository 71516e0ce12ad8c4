import { twiml } from 'twilio';

/** Where the caller's audio goes, and whom the carrier asks when it comes back. */
export interface ConnectStream {
  /** `wss://…` without a query; Twilio drops one. */
  readonly streamUrl: string;
  readonly actionUrl: string;
  /** Silence before it connects, in s. */
  readonly pauseS?: number;
}

export interface Dial {
  /** E.164. */
  readonly number: string;
  /** E.164; must be a number of the account. */
  readonly callerId: string;
  readonly timeoutS: number;
  /** Asked when the dialled leg is over, or was never answered. */
  readonly actionUrl: string;
  /** Told when the dialled leg is answered, and when it is over. */
  readonly statusUrl: string;
}

/** Hands the call's audio, both ways, to a socket of ours; the call stays on the line until that closes. */
export function connectStream({ streamUrl, actionUrl, pauseS = 0 }: ConnectStream): string {
  const response = new twiml.VoiceResponse();
  if (pauseS > 0) response.pause({ length: pauseS });
  response.connect({ action: actionUrl, method: 'POST' }).stream({ url: streamUrl });
  return response.toString();
}

/** Joins the caller with another number. */
export function dial({ number, callerId, timeoutS, actionUrl, statusUrl }: Dial): string {
  const response = new twiml.VoiceResponse();
  const verb = response.dial({ callerId, timeout: timeoutS, action: actionUrl, method: 'POST' });
  verb.number(
    {
      statusCallback: statusUrl,
      statusCallbackMethod: 'POST',
      statusCallbackEvent: ['answered', 'completed'],
    },
    number,
  );
  return response.toString();
}

export function hangup(): string {
  const response = new twiml.VoiceResponse();
  response.hangup();
  return response.toString();
}

export interface Say {
  readonly text: string;
  /** ISO 639-1, lower case. In one that Twilio's own voices do not speak, the account's default one reads the text. */
  readonly language: string;
}

/** Twilio's voices go by region. */
const voiceLanguages = {
  de: 'de-DE',
  en: 'en-US',
  es: 'es-ES',
  fr: 'fr-FR',
  it: 'it-IT',
  ja: 'ja-JP',
  ko: 'ko-KR',
  nl: 'nl-NL',
  pt: 'pt-BR',
} as const;

/** Speaks with the carrier's own voice, then hangs up. */
export function sayAndHangup({ text, language }: Say): string {
  const response = new twiml.VoiceResponse();
  const known = Object.entries(voiceLanguages).find(([code]) => code === language)?.[1];
  response.say({ ...(known && { language: known }) }, text);
  response.hangup();
  return response.toString();
}

/** Turns an inbound call away before it is answered, so that it costs nothing. */
export function reject(): string {
  const response = new twiml.VoiceResponse();
  response.reject({ reason: 'rejected' });
  return response.toString();
}
