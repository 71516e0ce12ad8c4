import type { CarrierCallUrls } from '@parley/calls';

/** The addresses at which the carrier reaches us. They carry our own id of the call, never only the carrier's. */
export class CarrierAddresses {
  constructor(
    private readonly publicUrl: string,
    private readonly publicMediaUrl: string,
  ) {}

  ofCall(callId: string): CarrierCallUrls & { connectEndedUrl: string; dialEndedUrl: string } {
    const at = (kind: string): string => `${this.publicUrl}/carriers/twilio/${kind}/${callId}`;
    return {
      answerUrl: at('answer'),
      statusUrl: at('status'),
      connectEndedUrl: at('connect-ended'),
      dialEndedUrl: at('dial-ended'),
    };
  }

  get ofNumbers(): { voiceUrl: string; statusUrl: string } {
    return {
      voiceUrl: `${this.publicUrl}/carriers/twilio/inbound`,
      statusUrl: `${this.publicUrl}/carriers/twilio/inbound-status`,
    };
  }

  media(token: string): string {
    return `${this.publicMediaUrl}/media/${token}`;
  }
}
