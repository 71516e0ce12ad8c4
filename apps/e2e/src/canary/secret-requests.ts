import type { Canaries } from './canaries';

export interface SecretRequest {
  readonly path: string;
  readonly body: unknown;
}

/** What a secret can be in, for bodies of their own and within agents. */
export function secretObjects(canaries: Canaries, where: string) {
  const named = (field: string) => canaries.text(`${where} ${field}`);
  return {
    elevenLabs: () => ({ type: 'voice_eleven_labs', voice_id: 'x', api_key: named('elevenlabs api_key') }),
    playHt: () => ({
      type: 'voice_play_ht',
      voice_id: 'x',
      api_user_id: 'x',
      api_key: named('playht api_key'),
    }),
    pinecone: () => ({
      ...{ type: 'vector_database_pinecone', index: 'x', api_environment: 'x' },
      api_key: named('pinecone api_key'),
    }),
    external: () => ({
      type: 'action_external',
      config: {
        ...{ name: 'x', description: 'x', url: 'https://example.com/', input_schema: { type: 'object' } },
        ...{ speak_on_send: false, speak_on_receive: false },
        signature_secret: canaries.hmacKey(`${where} signature_secret`),
      },
    }),
    openAi: () => ({
      type: 'account_connection_openai',
      credentials: { openai_api_key: named('openai_api_key') },
    }),
  };
}

/** An agent with a secret in everything that can be inline. */
export function secretAgent(canaries: Canaries, where: string, voice: 'elevenLabs' | 'playHt') {
  const objects = secretObjects(canaries, where);
  return {
    prompt: 'x',
    voice: objects[voice](),
    actions: [objects.external()],
    vector_database: objects.pinecone(),
  };
}

/** Requests that are refused, with secrets in them: their answers must not say them again. */
export function refusedRequests(canaries: Canaries): readonly { path: string; body: string }[] {
  const secret = (name: string) => canaries.text(`refused ${name}`);
  const json = (path: string, body: unknown) => ({ path, body: JSON.stringify(body) });
  return [
    json('/v1/voices/create', { type: 'voice_eleven_labs', api_key: secret('beside a missing field') }),
    json('/v1/voices/create', { type: 'voice_eleven_labs', voice_id: 'x', api_key: [secret('in a list')] }),
    json('/v1/voices/create', {
      type: 'voice_eleven_labs',
      voice_id: 'x',
      api_key: { a: secret('in an object') },
    }),
    json('/v1/voices/create', {
      type: 'voice_play_ht',
      voice_id: 'x',
      api_key: `${secret('too long')}${'x'.repeat(9_000)}`,
    }),
    json('/v1/voices/create', {
      type: 'voice_nobodys',
      voice_id: 'x',
      api_key: secret('of an unknown type'),
    }),
    json('/v1/vector_databases/create', { type: 'vector_database_pinecone', api_key: secret('pinecone') }),
    json('/v1/account_connections/create', {
      type: 'account_connection_twilio',
      credentials: { twilio_auth_token: secret('twilio without an account') },
    }),
    json('/v1/account_connections/create', {
      type: 'account_connection_openai',
      credentials: secret('openai in place of an object'),
    }),
    json('/v1/actions/create', {
      type: 'action_external',
      config: { signature_secret: secret('no base64') },
    }),
    json('/v1/agents/create', {
      prompt: 'x',
      voice: { type: 'voice_eleven_labs', api_key: secret('in an agent') },
      vector_database: { type: 'vector_database_pinecone', api_key: [secret('in a list in an agent')] },
    }),
    json('/v1/calls/create', {
      ...{ from_number: '1', to_number: '1' },
      agent: { prompt: 'x', voice: { type: 'voice_play_ht', api_key: secret('in a call') } },
    }),
    {
      path: '/v1/voices/create',
      body: `{"type":"voice_eleven_labs","api_key":"${secret('in half a body')}"`,
    },
    {
      path: '/v1/voices/create',
      body: `{"type":"voice_eleven_labs","api_key":"${secret('beside NUL')}\\u0000"}`,
    },
  ];
}
