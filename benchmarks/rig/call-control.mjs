import { randomUUID } from 'node:crypto';
import { TextDecoder } from 'node:util';
import { connect, headers } from 'nats';
import { greetingOf } from './airline-script.mjs';

const text = new TextDecoder();

/**
 * call-control, as far as `media` needs it for these calls: answers its asks over NATS. One agent; its greeting differs
 * from call to call, so that none of it is left from another.
 */
export class CallControl {
  /** @param agent what differs from an agent with every setting at its default. */
  static async start({ natsUrl, agent }) {
    const { username, password, host } = new URL(natsUrl);
    const nats = await connect({ servers: host, user: username, pass: decodeURIComponent(password) });
    const control = new CallControl(nats, agent);
    control.#answer('call.v1.attach', (request) => control.#attach(request));
    control.#answer('call.v1.finish', (request) => {
      control.finished.push(request);
      return {};
    });
    await nats.flush();
    return control;
  }

  constructor(nats, agent) {
    this.nats = nats;
    this.agent = agent;
    this.userId = randomUUID();
    this.calls = new Map();
    /** Calls that ended though nobody hung up. */
    this.finished = [];
  }

  /** A call's id, before it is dialled. */
  newCall(call) {
    const callId = randomUUID();
    this.calls.set(callId, call);
    return callId;
  }

  /** Tells every media process that a call rings: its greeting may be spoken ahead. */
  ring(call) {
    const { voice, language, initial_message } = this.#spec('', call).agent;
    const agent = { voice, language, initial_message };
    this.nats.publish('media.v1.prepare', JSON.stringify({ agent, context: null, hipaa_compliant: false }));
  }

  /** What media told of the calls, read from their stream: [{call, body}]. */
  async facts() {
    const consumer = await this.nats.jetstream().consumers.get('CALL_FACTS');
    const facts = [];
    for (;;) {
      const messages = await consumer.fetch({ max_messages: 2_000, expires: 1_000 });
      let got = 0;
      for await (const message of messages) {
        got += 1;
        const { call_id: callId, body } = message.json();
        facts.push({ call: this.calls.get(callId), body });
      }
      if (got === 0) return facts;
    }
  }

  close() {
    return this.nats.close();
  }

  #answer(subject, handle) {
    this.nats.subscribe(subject, {
      queue: 'call-control',
      callback: (error, message) => {
        if (error) return;
        const request = JSON.parse(text.decode(message.data));
        try {
          message.respond(JSON.stringify(handle(request)));
        } catch (failure) {
          const refused = headers();
          refused.set('Parley-Error', '1');
          const wire = { code: 'RIG.REFUSED', kind: 'forbidden', message: failure.message };
          message.respond(JSON.stringify(wire), { headers: refused });
        }
      },
    });
  }

  #attach({ call_id: callId }) {
    const call = this.calls.get(callId);
    if (call === undefined) throw new Error('no such call');
    return { spec: this.#spec(callId, call), stint: 1, history: [], call_started_at_ms: Date.now() };
  }

  #spec(callId, call) {
    const owned = { id: randomUUID(), user_id: this.userId };
    return {
      ...{
        user_id: this.userId,
        call_id: callId,
        direction: 'inbound',
        context: null,
        hipaa_compliant: false,
      },
      ...{ from_number: '+15005550001', to_number: '+15005550006' },
      agent: {
        ...{
          ...owned,
          name: null,
          language: 'en',
          initial_message: greetingOf(call),
          interrupt_sensitivity: 'low',
        },
        ...{ context_endpoint: null, noise_suppression: false, endpointing_sensitivity: 'auto' },
        ...{ ivr_navigation_mode: 'off', conversation_speed: 1, initial_message_delay: 0 },
        ...{ openai_model_name_override: null, ask_if_human_present_on_idle: false, llm_fallback: null },
        ...{
          run_do_not_call_detection: false,
          deepgram_keywords: null,
          idle_time_seconds: null,
          llm_temperature: 0,
        },
        prompt: {
          ...owned,
          ...{
            content: 'You work for an airline. Be brief.',
            collect_fields: null,
            context_endpoint: null,
            prompt_template: null,
          },
        },
        voice: {
          ...{
            ...owned,
            type: 'voice_eleven_labs',
            voice_id: 'rig',
            stability: null,
            similarity_boost: null,
          },
          ...{
            api_key: null,
            optimize_streaming_latency: null,
            model_id: null,
            experimental_input_streaming: false,
          },
        },
        ...{ actions: [], webhook: null, vector_database: null, openai_account_connection: null },
        ...this.agent,
      },
    };
  }
}
