import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { jsonClient } from './http.mjs';
import { isOver, JournalFollower } from './journals.mjs';
import { Narrator } from './narrator.mjs';
import { figures, judge } from './verdict.mjs';

const callDeadlineMs = 120_000;
const actionsOf = { outbound: ['action_dtmf', 'action_end_conversation'], inbound: ['action_transfer_call'] };

/**
 * One outbound and one inbound call on the sandbox, driven and judged from outside: over the public API, and by the
 * journals of the sandbox's parties. Resolves whether both calls did all they should.
 */
export async function runDemonstration({ system, print }) {
  const { url, apiKey, sandboxControlUrl, sandboxReceiverUrl } = system.runFile.content;
  const script = JSON.parse(readFileSync(join(import.meta.dirname, 'script.json'), 'utf8'));
  const api = jsonClient(url, { authorization: `Bearer ${apiKey}` });
  const control = jsonClient(sandboxControlUrl);
  const codedVoices = Object.values(system.plan.providers).every((kind) => kind === 'sandbox');
  const run = { api, control, script, print, codedVoices, signal: system.abort.signal };

  const agents = await prepare(run, `${sandboxReceiverUrl}/demonstration`);
  const outbound = await placeOutbound(run, agents);
  const inbound = await receiveInbound(run, agents);
  print('');
  if (!codedVoices)
    print('With a real provider in play, words are not compared; the rest is judged as always.');
  const isGood = outbound && inbound;
  print(isGood ? 'Both calls did all they should.' : 'The demonstration FAILED.');
  return isGood;
}

/** Everything that the calls need, made through the public API. */
async function prepare({ api, script }, webhookUrl) {
  const { outbound, inbound } = script.demonstration;
  const number = await buyNumber(api);
  const subscriptions = ['message', 'action', 'phone_call_connected', 'phone_call_ended', 'transcript'];
  const webhook = await api('POST', '/v1/webhooks/create', {
    subscriptions: subscriptions.map((name) => `event_${name}`),
    url: webhookUrl,
  });
  const voice = await api('POST', '/v1/voices/create', {
    type: 'voice_eleven_labs',
    voice_id: 'demonstration',
  });
  const [end, keys, transfer] = [
    await api('POST', '/v1/actions/create', { type: 'action_end_conversation' }),
    await api('POST', '/v1/actions/create', { type: 'action_dtmf' }),
    await api('POST', '/v1/actions/create', {
      type: 'action_transfer_call',
      config: { phone_number: inbound.transferTo },
    }),
  ];
  const agent = ({ initialMessage }, actions) =>
    api('POST', '/v1/agents/create', {
      prompt: { content: 'You help the guests of the restaurant Riverside. Be brief.' },
      ...{
        voice: voice.id,
        webhook: webhook.id,
        initial_message: initialMessage,
        actions: actions.map(({ id }) => id),
      },
    });
  const agents = { caller: await agent(outbound, [end, keys]), host: await agent(inbound, [transfer, end]) };
  await api('POST', `/v1/numbers/update?phone_number=${digits(number.number)}`, {
    inbound_agent: agents.host.id,
  });
  return { ...agents, number: `+${digits(number.number)}` };
}

/** A fresh sandbox may offer what a database of earlier days already has: then a number of another area is taken. */
async function buyNumber(api) {
  for (const area of ['212', '305', '312', '415', '503', '617', '702']) {
    const number = await api('POST', '/v1/numbers/buy', {
      telephony_provider: 'twilio',
      area_code: area,
    }).catch((error) => {
      if (error.status !== 409) throw error;
    });
    if (number) return number;
  }
  throw new Error('the sandbox has no number left that the database does not know; try npm start -- --fresh');
}

const digits = (number) => number.replace(/\D/g, '');

async function placeOutbound(run, { caller: agent, number }) {
  const { to } = run.script.demonstration.outbound;
  run.print(`Outbound: ${number} calls ${run.script.callers[to].name} at ${to}`);
  return oneCall(run, 'outbound', run.script.callers[to], () =>
    run.api('POST', '/v1/calls/create', { from_number: number, to_number: to, agent: agent.id }),
  );
}

async function receiveInbound(run, { number }) {
  const { caller } = run.script.demonstration.inbound;
  const [from, person] = Object.entries(run.script.callers).find(([, { name }]) => name === caller);
  run.print(`\nInbound: ${caller} calls ${number}`);
  const order = { from, to: number, caller };
  return oneCall(run, 'inbound', person, () => run.control('POST', '/calls/inbound', order));
}

async function oneCall(run, direction, person, begin) {
  const follower = new JournalFollower(run.control);
  await follower.skip();
  await begin();
  const narrator = new Narrator(run.print);
  const onLine = (line) => narrator.tell(line);
  const isDone = await follower.follow({
    onLine,
    onPause: (nowMs) => narrator.settle(nowMs),
    isDone: isOver,
    deadlineMs: callDeadlineMs,
    signal: run.signal,
  });
  narrator.end();
  const expected = {
    ...{ direction, codedVoices: run.codedVoices, actions: actionsOf[direction] },
    ...person.expect,
    ...(direction === 'inbound' && { transferTo: run.script.demonstration.inbound.transferTo }),
  };
  const checks = judge(follower.journals, expected);
  if (!isDone)
    checks.unshift({
      name: 'the call came to its end',
      ok: false,
      why: `not within ${callDeadlineMs / 1000} s`,
    });
  return report(run.print, direction, checks, figures(follower.journals));
}

function report(print, direction, checks, { durationMs, turns, p50Ms, maxMs, recording }) {
  const ms = (value) => (value === undefined ? '?' : `${Math.round(value)} ms`);
  const duration = durationMs === undefined ? '?' : `${(durationMs / 1000).toFixed(1)} s`;
  print(
    `= ${direction}: ${duration}, ${turns} turns, voice to voice p50 ${ms(p50Ms)} / max ${ms(maxMs)}, recording ${recording === undefined ? 'none' : fromHere(recording)}`,
  );
  const failed = checks.filter(({ ok }) => !ok);
  for (const { name, why } of failed) print(`✗ ${name}: ${why}`);
  if (failed.length === 0) print(`✓ all ${checks.length} checks of carrier, caller and receiver passed`);
  return failed.length === 0;
}

/** A path as short as it can be typed where `npm start` was. */
function fromHere(path) {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
