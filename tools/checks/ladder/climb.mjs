import { setTimeout as delay } from 'node:timers/promises';

const person = '+12025550123';
const mostSilenceMs = 4_000;
const overWithinMs = 60_000;
const goneWithinMs = 3_000;
/** Connections that are kept for the next call: some a vendor. */
const keptConnections = 12;

const script = {
  callers: {
    [person]: {
      name: 'Ada',
      answerAfterMs: 50,
      patienceMs: 12_000,
      steps: [
        { waitFor: 'agent_finished' },
        { say: 'Who is there?' },
        { waitFor: 'agent_finished' },
        { say: 'Thank you, goodbye.' },
        { waitFor: { ms: 8_000 } },
      ],
    },
  },
  model: {
    rules: [
      {
        when: { lastUserContains: ['who'] },
        say: 'This is the assistant of the Riverside. I call about the table that you asked for on Friday.',
      },
      {
        when: { lastUserContains: ['goodbye'] },
        say: 'Until Friday then. Goodbye!',
        tool: { name: 'end_conversation' },
      },
    ],
    otherwise: { say: 'All right.' },
  },
};

const journalNames = ['carrier', 'caller', 'receiver', 'transcriber', 'model', 'voice'];

/** Has one call while a provider fails; resolves {faults: what was wrong, longestSilenceMs, endedAs}. */
export async function climb(system, rung) {
  const { control, api } = system;
  system.number ??= (await api('POST', '/v1/numbers/buy', {})).number;
  await control('POST', '/script', script);
  await control('POST', '/faults', {});
  const media = await system.startMedia({ ...azureOpenAi(system), ...rung.settings });
  try {
    await control('POST', '/faults', rung.faults);
    const filesBefore = media.openFiles();
    const after = await control('GET', '/journals');
    const { id } = await api('POST', '/v1/calls/create', {
      from_number: system.number,
      to_number: person,
      agent: { ...agentOf(system, rung), ...(await ownAccount(api, rung)) },
    });
    const journals = await untilOver(control, after);
    const call = await api('GET', `/v1/calls?id=${id}`);
    const found = await faultsOf(rung, journals, call, media);
    const gone = await untilGone(control, after, media, filesBefore);
    return {
      faults: [...found.faults, ...gone],
      longestSilenceMs: found.longestSilenceMs,
      endedAs: call.status,
    };
  } finally {
    await control('POST', '/faults', {});
    await media.stop();
  }
}

/** The sandbox's model server speaks Azure's paths too. */
const azureOpenAi = ({ openAiUrl, sandboxKey }) => ({
  AZURE_OPENAI_API_KEY: sandboxKey,
  AZURE_OPENAI_BASE_URL: new URL(openAiUrl).origin,
  AZURE_OPENAI_MODEL: 'deployed',
});

async function ownAccount(api, { ownKey }) {
  if (ownKey === undefined) return {};
  const connection = await api('POST', '/v1/account_connections/create', {
    type: 'account_connection_openai',
    credentials: { openai_api_key: ownKey },
  });
  return { openai_account_connection: connection.id };
}

/** OpenAI takes no array without its items. */
const badAction = (url) => ({
  type: 'action_external',
  config: {
    ...{ name: 'book', description: 'Books a table.', url },
    input_schema: { type: 'object', properties: { guests: { type: 'array' } } },
    ...{ speak_on_send: false, speak_on_receive: false },
  },
});

const agentOf = (system, { voice, takesBadAction = false }) => ({
  prompt: 'You help the guests of the restaurant Riverside.',
  voice,
  initial_message: 'Hello, Riverside here.',
  webhook: {
    url: `${system.receiverUrl}/ladder`,
    subscriptions: ['event_phone_call_ended', 'event_transcript', 'event_message'],
  },
  actions: [
    { type: 'action_end_conversation' },
    ...(takesBadAction ? [badAction(`${system.receiverUrl}/book`)] : []),
  ],
});

async function untilOver(control, after) {
  for (const endMs = Date.now() + overWithinMs; ; await delay(100)) {
    const journals = await read(control, after);
    const told = eventsOf(journals, 'event_transcript').length > 0;
    if ((told && journals.caller.some(({ kind }) => kind === 'line_closed')) || Date.now() > endMs)
      return journals;
  }
}

const read = async (control, after) =>
  Object.fromEntries(
    await Promise.all(
      journalNames.map(async (name) => [
        name,
        await control('GET', `/journals/${name}?after=${after[name] ?? 0}`),
      ]),
    ),
  );

const eventsOf = ({ receiver }, type) => receiver.filter(({ body }) => body?.type === type);

async function faultsOf(rung, journals, call, media) {
  const faults = [];
  const expect = (isSo, what) => isSo || faults.push(what);
  const struck = [...journals.transcriber, ...journals.model, ...journals.voice].some(
    ({ kind }) => kind === 'fault' || kind === 'refused' || kind === 'session_refused',
  );
  expect(struck === (rung.fault !== null), struck ? 'something failed' : 'the fault never struck');
  expect(media.isAlive, 'the media process died');
  for (const type of ['event_phone_call_ended', 'event_transcript'])
    expect(eventsOf(journals, type).length === 1, `${eventsOf(journals, type).length} times ${type}`);
  const longestSilenceMs = longestSilence(journals.caller, rung.isPolite ?? false);
  if (rung.isNoise) return { faults, longestSilenceMs };
  expect(longestSilenceMs <= mostSilenceMs, `${longestSilenceMs} ms without a word from either side`);
  expect(heardWords(journals.caller).length > 0, 'nothing was heard');
  const switches = await media.metric('call_problems_total', 'code="PROVIDER.SWITCHED"');
  const problems = await media.metric(
    'call_problems_total',
    `code="${rung.role === 'voice' ? 'SYNTHESIZER' : rung.role.toUpperCase()}.`,
  );
  if (rung.problem !== undefined) {
    const told = await media.metric('call_problems_total', `code="${rung.problem}"`);
    expect(told > 0, `${rung.problem} is not on the call`);
  }
  const goesOn = rung.hasFallback || rung.isHarmless || rung.fault === null;
  if (goesOn) {
    expect(switches > 0 === (rung.hasFallback && !rung.isHarmless), `${switches} switches are on the call`);
    expect(call.status === 'ended', `the call ended as ${call.status}: ${call.error_message}`);
    const said = heardWords(journals.caller).join(' ');
    // A word may be lost on a busy machine, where frames come late; not the end.
    const isFarewell = /goodbye/i.test(said) && !/difficulties/i.test(said);
    expect(isFarewell, `the agent did not say goodbye: ${said}`);
  } else {
    expect(switches === 0, 'a switch is on the call, though nobody could take over');
    expect(problems > 0 || call.error_message !== null, 'no problem is on the call');
    expect(['ended', 'error'].includes(call.status), `the call is ${call.status}`);
  }
  return { faults, longestSilenceMs };
}

const heardWords = (caller) => caller.filter(({ kind }) => kind === 'heard_word').map(({ word }) => word);

/**
 * From the answer on: the longest time in which neither side said a word. `isPolite`: the agent had the last word and
 * waits for the caller, whose silence at the end does not count.
 */
function longestSilence(caller, isPolite) {
  const answered = caller.find(({ kind }) => kind === 'answered');
  const closed = caller.find(({ kind }) => kind === 'line_closed');
  if (!answered || !closed) return Infinity;
  const sounds = caller
    .filter(({ kind }) => kind === 'heard_word' || kind === 'said' || kind === 'heard_damaged')
    .map(({ startAtMs, endAtMs }) => [startAtMs, endAtMs])
    .toSorted(([a], [b]) => a - b);
  let untilMs = answered.atMs;
  let longestMs = 0;
  const end = isPolite ? [] : [[closed.atMs, closed.atMs]];
  for (const [startAtMs, endAtMs] of [...sounds, ...end]) {
    longestMs = Math.max(longestMs, startAtMs - untilMs);
    untilMs = Math.max(untilMs, endAtMs);
  }
  return Math.round(longestMs);
}

/** Everything that the call opened is closed again: here, and at the providers. */
async function untilGone(control, after, media, filesBefore) {
  let left = [];
  for (const endMs = Date.now() + goneWithinMs; ; await delay(100)) {
    left = await leftovers(await read(control, after), media, filesBefore);
    if (left.length === 0 || Date.now() > endMs) return left;
  }
}

async function leftovers(journals, media, filesBefore) {
  const left = [];
  const open = (opened, closed, field, lines) => {
    const ends = new Set(lines.filter(({ kind }) => closed.includes(kind)).map((line) => line[field]));
    return lines.filter((line) => opened.includes(line.kind) && !ends.has(line[field])).length;
  };
  const sessions = open(
    ['session_opened'],
    ['session_closed', 'session_refused'],
    'session',
    journals.transcriber,
  );
  const ended = ['reply', 'speech', 'refused', 'aborted', 'fault'];
  const replies = open(['request'], ended, 'request', journals.model);
  const speeches = open(['request'], ended, 'request', journals.voice);
  if (sessions > 0) left.push(`${sessions} transcriptions are still open`);
  if (replies > 0) left.push(`${replies} replies still run`);
  if (speeches > 0) left.push(`${speeches} speeches still run`);
  const held = await media.metric('calls_held');
  if (held !== 0) left.push(`${held} calls are still held`);
  const files = media.openFiles() - filesBefore;
  if (files > keptConnections) left.push(`${files} more files are open than before`);
  return left;
}
