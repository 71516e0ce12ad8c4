import { durationS, finalStatuses, formatNumber, rfc2822 } from './records';
import type { CallRecord, NumberRecord } from './records';

export const API_VERSION = '2010-04-01';

const capabilities = { voice: true, sms: true, mms: true, fax: false };

/** The call resource. @see https://www.twilio.com/docs/voice/api/call-resource */
export function callResource(call: CallRecord): object {
  const uri = `/${API_VERSION}/Accounts/${call.accountSid}/Calls/${call.sid}`;
  const ended = finalStatuses.includes(call.status);
  return {
    sid: call.sid,
    date_created: rfc2822(call.createdMs),
    date_updated: rfc2822(call.updatedMs),
    parent_call_sid: call.parentCallSid,
    account_sid: call.accountSid,
    to: call.to,
    to_formatted: formatNumber(call.to),
    from: call.from,
    from_formatted: formatNumber(call.from),
    phone_number_sid: call.phoneNumberSid,
    status: call.status === 'initiated' ? 'queued' : call.status,
    start_time: call.startMs === null ? null : rfc2822(call.startMs),
    end_time: call.endMs === null ? null : rfc2822(call.endMs),
    duration: ended ? String(durationS(call, call.endMs ?? call.updatedMs)) : null,
    price: null,
    price_unit: 'USD',
    direction: call.direction,
    answered_by: null,
    api_version: API_VERSION,
    forwarded_from: null,
    group_sid: null,
    caller_name: null,
    queue_time: '0',
    trunk_sid: null,
    uri: `${uri}.json`,
    subresource_uris: {
      notifications: `${uri}/Notifications.json`,
      recordings: `${uri}/Recordings.json`,
      payments: `${uri}/Payments.json`,
      events: `${uri}/Events.json`,
      siprec: `${uri}/Siprec.json`,
      streams: `${uri}/Streams.json`,
      transcriptions: `${uri}/Transcriptions.json`,
      user_defined_message_subscriptions: `${uri}/UserDefinedMessageSubscriptions.json`,
      user_defined_messages: `${uri}/UserDefinedMessages.json`,
    },
  };
}

/** The number resource. @see https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource */
export function numberResource(number: NumberRecord): object {
  return {
    account_sid: number.accountSid,
    address_sid: null,
    address_requirements: 'none',
    api_version: API_VERSION,
    beta: false,
    capabilities,
    date_created: rfc2822(number.createdMs),
    date_updated: rfc2822(number.updatedMs),
    friendly_name: number.friendlyName,
    identity_sid: null,
    phone_number: number.phoneNumber,
    origin: 'twilio',
    sid: number.sid,
    sms_application_sid: null,
    sms_fallback_method: 'POST',
    sms_fallback_url: '',
    sms_method: number.smsMethod,
    sms_url: number.smsUrl,
    status_callback: number.statusCallback,
    status_callback_method: number.statusCallbackMethod,
    trunk_sid: null,
    uri: `/${API_VERSION}/Accounts/${number.accountSid}/IncomingPhoneNumbers/${number.sid}.json`,
    voice_receive_mode: 'voice',
    voice_application_sid: null,
    voice_caller_id_lookup: false,
    voice_fallback_method: number.voiceFallbackMethod,
    voice_fallback_url: number.voiceFallbackUrl,
    voice_method: number.voiceMethod,
    voice_url: number.voiceUrl,
    emergency_status: 'Inactive',
    emergency_address_sid: null,
    emergency_address_status: 'unregistered',
    bundle_sid: null,
    status: 'in-use',
    type: 'local',
  };
}

/** A number that can be bought. */
export function availableNumberResource(phoneNumber: string, isoCountry: string): object {
  return {
    friendly_name: formatNumber(phoneNumber),
    phone_number: phoneNumber,
    lata: null,
    locality: null,
    rate_center: null,
    latitude: null,
    longitude: null,
    region: null,
    postal_code: null,
    iso_country: isoCountry,
    address_requirements: 'none',
    beta: false,
    capabilities,
  };
}
