import type {
  AccountConnection,
  Action,
  Agent,
  Call,
  NormalizedAgent,
  NormalizedCall,
  NormalizedPhoneNumber,
  NormalizedPrompt,
  PhoneNumber,
  Prompt,
  VectorDatabase,
  Voice,
  Webhook,
  wire,
} from '@parley/contracts';
import { toDigits } from '@parley/calls';
import type { SecretDisplay } from './secret-display';

/**
 * What goes out to a client of this dialect, in its newest vintage: numbers as digits, times as ISO texts, secrets as
 * the deployment shows them.
 */
export class Outbound {
  constructor(private readonly secrets: SecretDisplay) {}

  action(action: Action): wire.Action {
    switch (action.type) {
      case 'action_transfer_call':
        return { ...action, config: { phone_number: digits(action.config.phone_number) } };
      case 'action_add_to_conference':
        return { ...action, config: { ...action.config, phone_number: digits(action.config.phone_number) } };
      case 'action_external': {
        // Whoever is called has to check our signature with it, and we may have made it.
        const secret = action.config.signature_secret;
        const signature_secret = this.secrets.showInClear(
          secret,
          place('actions', action, 'signature_secret'),
        );
        return { ...action, config: { ...action.config, signature_secret } };
      }
      default:
        return action;
    }
  }

  voice(voice: Voice): wire.Voice {
    if (!('api_key' in voice) || voice.api_key === null) return voice;
    return { ...voice, api_key: this.secrets.show(voice.api_key, place('voices', voice, 'api_key')) };
  }

  webhook(webhook: Webhook): wire.Webhook {
    return webhook;
  }

  prompt(prompt: Prompt): wire.Prompt {
    return prompt;
  }

  normalizedPrompt(prompt: NormalizedPrompt): wire.NormalizedPrompt {
    return prompt;
  }

  vectorDatabase(database: VectorDatabase): wire.VectorDatabase {
    const binding = place('vector_databases', database, 'api_key');
    return { ...database, api_key: this.secrets.show(database.api_key, binding) };
  }

  accountConnection<T extends AccountConnection>(connection: T): wire.AccountConnection & Pick<T, 'type'> {
    const shown = this.shownConnection(connection);
    return shown;
  }

  agent(agent: Agent): wire.Agent {
    const { vector_database: database, openai_account_connection: connection } = agent;
    return {
      ...agent,
      prompt: this.prompt(agent.prompt),
      voice: this.voice(agent.voice),
      actions: agent.actions.map((action) => this.action(action)),
      vector_database: database && this.vectorDatabase(database),
      openai_account_connection: connection && this.accountConnection(connection),
    };
  }

  normalizedAgent(agent: NormalizedAgent): wire.NormalizedAgent {
    return agent;
  }

  phoneNumber(number: PhoneNumber): wire.PhoneNumber {
    const { inbound_agent: agent, telephony_account_connection: connection } = number;
    return {
      ...numberFields(number),
      inbound_agent: agent && this.agent(agent),
      telephony_account_connection: connection && this.accountConnection(connection),
    };
  }

  normalizedPhoneNumber(number: NormalizedPhoneNumber): wire.NormalizedPhoneNumber {
    return {
      ...numberFields(number),
      inbound_agent: number.inbound_agent,
      telephony_account_connection: number.telephony_account_connection,
    };
  }

  call(call: Call): wire.Call {
    const connection = call.telephony_account_connection;
    return {
      ...callFields(call),
      start_time: isoTime(call.start_time),
      end_time: isoTime(call.end_time),
      agent: this.agent(call.agent),
      telephony_account_connection: connection && this.accountConnection(connection),
    };
  }

  normalizedCall(call: NormalizedCall, times: 'text' | 'seconds'): wire.NormalizedCall {
    const time = times === 'text' ? isoTime : seconds;
    return {
      ...callFields(call),
      start_time: time(call.start_time),
      end_time: time(call.end_time),
      agent: call.agent,
      telephony_account_connection: call.telephony_account_connection,
    };
  }

  private shownConnection(connection: AccountConnection): wire.AccountConnection {
    const show = (sealed: string, field: string) =>
      this.secrets.show(sealed, place('account_connections', connection, field));
    if (connection.type === 'account_connection_openai') {
      const { openai_api_key } = connection.credentials;
      return { ...connection, credentials: { openai_api_key: show(openai_api_key, 'openai_api_key') } };
    }
    const { twilio_account_sid, twilio_auth_token } = connection.credentials;
    return {
      ...connection,
      credentials: { twilio_account_sid, twilio_auth_token: show(twilio_auth_token, 'twilio_auth_token') },
      steering_pool: connection.steering_pool.map(toDigits),
    };
  }
}

const place = (resource: string, { user_id, id }: { user_id: string; id: string }, field: string) => ({
  userId: user_id,
  resource,
  id,
  field,
});

function numberFields(number: PhoneNumber | NormalizedPhoneNumber) {
  return {
    id: number.id,
    user_id: number.user_id,
    active: number.active,
    label: number.label,
    outbound_only: number.outbound_only,
    example_context: number.example_context,
    number: toDigits(number.number),
    telephony_provider: number.telephony_provider,
  };
}

function callFields(call: Call | NormalizedCall) {
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
      type: 'telephony_metadata_twilio' as const,
      call_sid: call.carrier_call_sid,
      call_status: call.carrier_call_status,
      transfer_call_sid: call.transfer_call_sid,
      transfer_call_status: call.transfer_call_status,
      conference_sid: null,
    },
    to_number: toDigits(call.to_number),
    from_number: toDigits(call.from_number),
    telephony_provider: call.telephony_provider,
    agent_phone_number: toDigits(call.agent_phone_number),
    hipaa_compliant: call.hipaa_compliant,
    on_no_human_answer: call.on_no_human_answer,
    context: call.context,
    run_do_not_call_detection: call.run_do_not_call_detection,
    telephony_params: call.telephony_params,
    metadata: call.metadata,
  };
}

function digits(number: string): string {
  return number.startsWith('+') ? toDigits(number) : number;
}

function isoTime(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

function seconds(atMs: number | null): number | null {
  return atMs === null ? null : atMs / 1_000;
}
