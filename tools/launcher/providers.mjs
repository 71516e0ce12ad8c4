/** Which vendor's key lets whom play which role, in the order that media takes when none is set (a spec compares). */
export const roles = {
  transcriber: {
    setting: 'TRANSCRIBERS',
    keys: {
      deepgram_flux: 'DEEPGRAM_API_KEY',
      deepgram: 'DEEPGRAM_API_KEY',
      azure: 'AZURE_SPEECH_KEY',
      openai: 'OPENAI_API_KEY',
    },
    sandbox: 'deepgram_flux,deepgram',
  },
  voice: {
    setting: 'VOICES',
    keys: {
      eleven_labs: 'ELEVENLABS_API_KEY',
      azure: 'AZURE_SPEECH_KEY',
      rime: 'RIME_API_KEY',
      deepgram: 'DEEPGRAM_API_KEY',
      openai: 'OPENAI_API_KEY',
    },
    sandbox: 'eleven_labs',
  },
  model: {
    setting: 'MODELS',
    keys: { openai: 'OPENAI_API_KEY', azure: 'AZURE_OPENAI_API_KEY' },
    sandbox: 'openai',
  },
};

/** What a key needs beside itself, and what is of no use without a key: one setting of each group. */
const belongings = [
  { key: 'OPENAI_API_KEY', useless: ['OPENAI_BASE_URL'], needs: [] },
  { key: 'DEEPGRAM_API_KEY', useless: ['DEEPGRAM_BASE_URL'], needs: [] },
  { key: 'ELEVENLABS_API_KEY', useless: ['ELEVENLABS_BASE_URL'], needs: [] },
  { key: 'RIME_API_KEY', useless: ['RIME_BASE_URL'], needs: [] },
  {
    key: 'AZURE_SPEECH_KEY',
    useless: ['AZURE_SPEECH_TTS_URL', 'AZURE_SPEECH_STT_URL'],
    needs: [['AZURE_SPEECH_REGION', 'AZURE_SPEECH_TTS_URL', 'AZURE_SPEECH_STT_URL']],
  },
  {
    key: 'AZURE_OPENAI_API_KEY',
    useless: ['AZURE_OPENAI_BASE_URL'],
    needs: [['AZURE_OPENAI_BASE_URL'], ['AZURE_OPENAI_MODEL']],
  },
];

const providerOf = (entry) => entry.trim().split(':')[0];

/**
 * Who plays each role: {providers: role → `real` or `sandbox`, order: the settings TRANSCRIBERS, VOICES and MODELS for
 * media, problems}. A role of whose vendors no key is set is played by the sandbox, if the carrier is not a real one.
 */
export function assignRoles(settings, carrier) {
  const problems = [];
  const providers = {};
  const order = {};
  for (const [role, { setting, keys, sandbox }] of Object.entries(roles)) {
    const keyed = keyedOf(role, keys, settings, carrier);
    const named = settings[setting];
    const isReal = keyed.length > 0;
    providers[role] = isReal ? 'real' : 'sandbox';
    order[setting] = named ?? (isReal ? keyed.join(',') : sandbox);
    const entries = (named ?? '').split(',').filter(Boolean).map(providerOf);
    if (isReal || carrier === 'real') problems.push(...withoutKey(entries, setting, keys, settings));
    if (!isReal && carrier === 'real' && entries.length === 0) {
      const [first, ...others] = new Set(Object.values(keys));
      const or = others.length === 0 ? '' : ` (or ${others.join(', ')})`;
      problems.push(
        `${first} is missing: a real carrier needs a real ${role}; the sandbox cannot stand in${or}`,
      );
    }
  }
  problems.push(...belongings.flatMap((group) => faultsOf(group, settings)));
  return { providers, order, problems };
}

/**
 * Those of a role whose key is set. A server at OPENAI_BASE_URL may have only a chat model: it hears and speaks when a
 * list names it, or when nobody else can.
 */
function keyedOf(role, keys, settings, carrier) {
  const keyed = Object.keys(keys).filter((name) => settings[keys[name]] !== undefined);
  if (role === 'model' || settings.OPENAI_BASE_URL === undefined) return keyed;
  const named = (settings[roles[role].setting] ?? '').split(',').map(providerOf);
  const certain = keyed.filter((name) => name !== 'openai' || named.includes(name));
  return certain.length > 0 || carrier !== 'real' ? certain : keyed;
}

const withoutKey = (entries, setting, keys, settings) =>
  entries
    .filter((name) => keys[name] !== undefined && settings[keys[name]] === undefined)
    .map((name) => `${keys[name]} is missing: ${setting} names ${name}`);

function faultsOf({ key, useless, needs }, settings) {
  const has = (name) => settings[name] !== undefined;
  if (!has(key))
    return useless.filter(has).map((name) => `${key} is missing: ${name} is set, but no key for it`);
  return needs
    .filter((group) => !group.some(has))
    .map((group) => `${group[0]} is missing: ${key} is of no use without it`);
}

/** The settings of vendors that the sandbox plays, by their key's name. */
const sandboxAddresses = {
  OPENAI_API_KEY: (ports) => {
    const url = `http://127.0.0.1:${ports.openai}/v1`;
    return { OPENAI_BASE_URL: url, OPENAI_ACCOUNTS_URL: url };
  },
  DEEPGRAM_API_KEY: (ports) => ({ DEEPGRAM_BASE_URL: `ws://127.0.0.1:${ports.deepgram}` }),
  ELEVENLABS_API_KEY: (ports) => ({
    ELEVENLABS_BASE_URL: `http://127.0.0.1:${ports.elevenlabs}`,
    ELEVENLABS_VOICE_ID: 'sandbox',
  }),
  AZURE_SPEECH_KEY: (ports) => ({
    AZURE_SPEECH_TTS_URL: `http://127.0.0.1:${ports.azure}`,
    AZURE_SPEECH_STT_URL: `ws://127.0.0.1:${ports.azure}`,
  }),
  RIME_API_KEY: (ports) => ({ RIME_BASE_URL: `http://127.0.0.1:${ports.rime}` }),
};

/** The keys that the sandbox's providers take. */
export const sandboxKeys = (key) =>
  Object.fromEntries(Object.keys(sandboxAddresses).map((name) => [name, key]));

const ofVendors = /^(OPENAI|AZURE_OPENAI|DEEPGRAM|ELEVENLABS|AZURE_SPEECH|AZURE_VOICE|RIME)_/;

/** All that media is told of providers: the user's settings, and the sandbox in the place of whom it plays. */
export function providerSettings({ providers, order, settings }, { sandboxKey }, ports) {
  const given = Object.fromEntries(Object.entries(settings).filter(([name]) => ofVendors.test(name)));
  const played = Object.entries(roles)
    .filter(([role]) => providers[role] === 'sandbox')
    .flatMap(([, { keys }]) => Object.values(keys));
  const standIns = Object.entries(sandboxAddresses)
    .filter(([key]) => played.includes(key) && settings[key] === undefined)
    .map(([key, addresses]) => ({ [key]: sandboxKey, ...addresses(ports) }));
  return Object.assign({}, ...standIns, given, order);
}
