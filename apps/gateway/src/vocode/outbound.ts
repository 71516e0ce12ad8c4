import type { Action, Agent, Call, PhoneNumber, Voice } from '@parley/contracts';
import { toDigits } from '@parley/calls';
import type { SecretBox } from '@parley/secrets';

type Wire = Record<string, unknown>;

/** What goes out to a client of this dialect: numbers as digits, times as ISO texts, sealed fields opened. */
export class Outbound {
  constructor(private readonly secrets: SecretBox) {}

  action(action: Action): Wire {
    if (action.type !== 'action_transfer_call') return action;
    return { ...action, config: { ...action.config, phone_number: digits(action.config.phone_number) } };
  }

  voice(voice: Voice): Wire {
    if (!('api_key' in voice) || voice.api_key === null) return voice;
    const binding = { userId: voice.user_id, resource: 'voices', id: voice.id, field: 'api_key' };
    return { ...voice, api_key: this.secrets.open(voice.api_key, binding) };
  }

  agent(agent: Agent): Wire {
    return {
      ...agent,
      prompt: { ...agent.prompt, prompt_template: null },
      voice: this.voice(agent.voice),
      actions: agent.actions.map((action) => this.action(action)),
      vector_database: null,
      openai_account_connection: null,
    };
  }

  phoneNumber(number: PhoneNumber): Wire {
    return {
      id: number.id,
      user_id: number.user_id,
      active: number.active,
      label: number.label,
      inbound_agent: number.inbound_agent && this.agent(number.inbound_agent),
      outbound_only: number.outbound_only,
      example_context: number.example_context,
      number: toDigits(number.number),
      telephony_provider: number.telephony_provider,
      telephony_account_connection: null,
    };
  }

  call(call: Call): Wire {
    return {
      id: call.id,
      user_id: call.user_id,
      status: call.status,
      error_message: call.error_message,
      recording_available: call.recording_available,
      transcript: call.transcript,
      human_detection_result: call.human_detection_result,
      do_not_call_result: call.do_not_call_result,
      telephony_id: call.carrier_call_sid,
      stage: call.stage,
      stage_outcome: call.stage_outcome,
      telephony_metadata: {
        type: 'telephony_metadata_twilio',
        call_sid: call.carrier_call_sid,
        call_status: call.carrier_call_status,
        transfer_call_sid: call.transfer_call_sid,
        transfer_call_status: call.transfer_call_status,
        conference_sid: null,
      },
      start_time: isoTime(call.start_time),
      end_time: isoTime(call.end_time),
      to_number: toDigits(call.to_number),
      from_number: toDigits(call.from_number),
      agent: this.agent(call.agent),
      telephony_provider: call.telephony_provider,
      agent_phone_number: toDigits(call.agent_phone_number),
      hipaa_compliant: call.hipaa_compliant,
      on_no_human_answer: call.on_no_human_answer,
      context: call.context,
      run_do_not_call_detection: call.run_do_not_call_detection,
      telephony_account_connection: null,
      telephony_params: call.telephony_params,
    };
  }
}

function digits(number: string): string {
  return number.startsWith('+') ? toDigits(number) : number;
}

function isoTime(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
