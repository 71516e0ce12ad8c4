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
    faults: http,
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

export const allRungs = Object.entries(roles).flatMap(([role, { setting, providers, faults }]) =>
  Object.entries(providers).flatMap(([label, { asked = label, other, isStreaming = false }]) =>
    Object.entries(faults).flatMap(([fault, rule]) =>
      [true, false].map((hasFallback) => ({
        name: `${role} ${label}: ${fault}, ${hasFallback ? `${other} behind it` : 'nobody behind it'}`,
        ...{ role, provider: asked, fault, hasFallback },
        settings: { [setting]: hasFallback ? `${asked},${other}` : asked },
        voice: voiceOf(role, asked, isStreaming),
        faults: { [role]: aimed(rule, asked) },
      })),
    ),
  ),
);

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
  ['transcriber', 'deepgram_flux', 'reset', true],
  ['transcriber', 'deepgram', '401', true],
  ['transcriber', 'azure', 'stall', true],
  ['transcriber', 'openai', '500', true],
  ['model', 'openai', 'slow first byte', true],
  ['model', 'openai', 'stall', true],
  ['model', 'openai', '401', false],
  ['voice', 'eleven_labs', 'stall', true],
  ['voice', 'azure', '429', true],
  ['voice', 'rime', 'slow first byte', true],
  ['voice', 'openai', 'empty audio', true],
  ['voice', 'deepgram', 'reset', false],
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
