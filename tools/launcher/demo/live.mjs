import { setTimeout as delay } from 'node:timers/promises';
import { jsonClient } from './http.mjs';

/** Rings a real phone through the carrier that .env names, and prints how the call goes until it ends. */
export async function ringPhone({ system, to, print }) {
  const { url, apiKey } = system.runFile.content;
  const api = jsonClient(url, { authorization: `Bearer ${apiKey}` });
  const { settings } = system.plan;
  print(`Ringing ${to} from ${settings.TWILIO_FROM_NUMBER}: a real call, at your account's cost`);
  const call = await api('POST', '/v1/calls/create', {
    ...{ from_number: settings.TWILIO_FROM_NUMBER, to_number: to },
    agent: {
      prompt: {
        content:
          'You are the demonstration agent of Parley. Be brief and friendly; say goodbye when asked to.',
      },
      initial_message: 'Hello, this is Parley. What can I do for you?',
      voice: { type: 'voice_eleven_labs', voice_id: settings.ELEVENLABS_VOICE_ID },
      actions: [{ type: 'action_end_conversation' }],
    },
  });
  let before;
  for (;;) {
    const { status, error_message: error, transcript } = await api('GET', `/v1/calls?id=${call.id}`);
    if (status !== before) print(`call ${call.id}: ${status}${error ? ` (${error})` : ''}`);
    before = status;
    if (status === 'ended' || status === 'error') return void print(transcript ?? '');
    await delay(1_000, undefined, { signal: system.abort.signal });
  }
}
