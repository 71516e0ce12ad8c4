/**
 * The fault ladder: each way in which each provider of each role can fail, with and without another one to take over.
 * A rung is {name, role, provider, fault, settings, voice, faults, hasFallback}.
 */

const http = {
  'slow first byte': { slowFirstByteMs: 30_000 },
  stall: { stall: true },
  401: { status: 401 },
  429: { status: 429 },
  500: { status: 500 },
  reset: { reset: true },
  garbage: { garbage: true },
};

const roles = {
  transcriber: {
    setting: 'TRANSCRIBERS',
    providers: {
      deepgram: { other: 'azure' },
      deepgram_flux: { other: 'azure' },
      azure: { other: 'deepgram' },
      openai: { other: 'deepgram' },
    },
    faults: { ...http, silent: { silent: true } },
  },
  model: {
    setting: 'MODELS',
    providers: { openai: { other: 'azure' }, azure: { other: 'openai' } },
    faults: { ...http, 'empty answer': { empty: true }, 'no end': { cut: true } },
  },
  voice: {
    setting: 'VOICES',
    providers: {
      eleven_labs: { other: 'azure' },
      // The same vendor over its sockets: an agent asks for it.
      eleven_labs_streaming: { asked: 'eleven_labs', other: 'azure', isStreaming: true },
      azure: { other: 'eleven_labs' },
      rime: { other: 'azure' },
      openai: { other: 'azure' },
      deepgram: { other: 'azure' },
    },
    faults: { ...http, 'empty audio': { empty: true } },
  },
};

const voices = {
  eleven_labs: { type: 'voice_eleven_labs', voice_id: 'sandbox' },
  azure: { type: 'voice_azure', voice_name: 'en-US-AvaNeural' },
  rime: { type: 'voice_rime', speaker: 'astra' },
};

const ownAccount = {
  name: "model of the agent's own account: its key is refused, the deployment's behind it",
  ...{ role: 'model', provider: 'own account', fault: '401', hasFallback: true },
  ...{ settings: { MODELS: 'openai' }, voice: voices.eleven_labs, faults: {}, ownKey: 'no-such-key' },
};

const refusedTool = {
  name: 'model of a vendor that refuses the schema of an action: nobody behind it',
  ...{ role: 'model', provider: 'openai', fault: 'refused tool', hasFallback: false, isHarmless: true },
  ...{ settings: { MODELS: 'openai' }, voice: voices.eleven_labs, faults: {}, takesBadAction: true },
  problem: 'MODEL.TOOL_REFUSED',
};

const ofProviders = Object.entries(roles).flatMap(([role, { setting, providers, faults }]) =>
  Object.entries(providers).flatMap(([label, { asked = label, other, isStreaming = false }]) =>
    Object.entries(faults).flatMap(([fault, rule]) =>
      [true, false].map((hasFallback) => ({
        name: `${role} ${label}: ${fault}, ${hasFallback ? `${other} behind it` : 'nobody behind it'}`,
        ...{ role, provider: asked, fault, hasFallback },
        // Every byte is a sound in µ-law: what means nothing is heard as noise, and nobody here can know.
        isNoise: role === 'voice' && fault === 'garbage',
        // What means nothing between messages that do is passed over.
        isHarmless: role === 'transcriber' && fault === 'garbage',
        // Nothing to say is no reason to hang up: the caller is asked to go on.
        isPolite: role === 'model' && fault === 'empty answer' && !hasFallback,
        settings: { [setting]: hasFallback ? `${asked},${other}` : asked },
        voice: voiceOf(role, asked, isStreaming),
        faults: { [role]: aimed(rule, asked) },
      })),
    ),
  ),
);

const others = ['DEEPGRAM_API_KEY', 'ELEVENLABS_API_KEY', 'AZURE_SPEECH_KEY', 'RIME_API_KEY'];
/** The ground below the ladder: each provider while nothing fails, and a deployment with a key of OpenAI alone. */
const healthy = [
  {
    ...{
      name: 'all three roles on OpenAI: nothing fails',
      role: 'all',
      provider: 'openai',
      voice: voices.eleven_labs,
    },
    settings: {
      ...{ TRANSCRIBERS: 'openai', VOICES: 'openai', MODELS: 'openai' },
      ...Object.fromEntries(others.map((name) => [name, ''])),
    },
  },
  ...Object.entries(roles).flatMap(([role, { setting, providers }]) =>
    Object.entries(providers).map(([label, { asked = label, isStreaming = false }]) => ({
      ...{ name: `${role} ${label}: nothing fails`, role, provider: asked },
      ...{ settings: { [setting]: asked }, voice: voiceOf(role, asked, isStreaming) },
    })),
  ),
].map((rung) => ({ ...rung, fault: null, hasFallback: false, faults: {} }));

export const allRungs = [...healthy, ...ofProviders, ownAccount, refusedTool];

/** The agent names the voice that is to fail, where agents can. */
function voiceOf(role, provider, isStreaming) {
  if (role !== 'voice') return voices.eleven_labs;
  const voice = voices[provider];
  // What agents cannot name is the deployment's default, for a voice whose service is gone.
  if (!voice) return { type: 'voice_vocode', voice_id: 'joe' };
  return isStreaming ? { ...voice, experimental_input_streaming: true } : voice;
}

function aimed(rule, provider) {
  return Object.fromEntries(
    Object.entries(rule).map(([fault, value]) => [fault, { provider, ...(value !== true && { value }) }]),
  );
}

const short = [
  ['all', 'openai', null, false],
  ['transcriber', 'deepgram_flux', 'reset', true],
  ['transcriber', 'openai', 'silent', false],
  ['model', 'own account', '401', true],
  ['model', 'openai', 'refused tool', false],
  ['voice', 'eleven_labs', 'stall', false],
];

/** Some of them, for every run of the tests. */
export const shortLadder = short.map(([role, provider, fault, hasFallback]) => {
  const rung = allRungs.find(
    (one) =>
      one.role === role &&
      one.provider === provider &&
      one.fault === fault &&
      one.hasFallback === hasFallback,
  );
  if (!rung) throw new Error(`no rung ${role} ${provider} ${fault}`);
  return rung;
});
