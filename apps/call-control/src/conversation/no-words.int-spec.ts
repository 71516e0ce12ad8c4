import { randomBytes } from 'node:crypto';
import { agentParams, callWords, callWordsBinding, FactBody, finish } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { SecretBox } from '@parley/secrets';
import { eventually } from '@parley/testing';
import { CallControlHarness } from '../testing/call-control.harness';

const harness = new CallControlHarness();
const { carrier, userId } = harness;
/** Found nowhere unless somebody kept them. */
const canary = (what: string) => `${what}${randomBytes(6).toString('hex')}`;
const words = {
  prompt: canary('prompt'),
  greeting: canary('greeting'),
  field: canary('field'),
  context: canary('context'),
  said: canary('said'),
  input: canary('input'),
  problem: canary('problem'),
};

beforeAll(() => harness.start());
afterAll(() => harness.close());

/** Names of the words that lie in any row of any table. */
async function wordsKept(): Promise<string[]> {
  const tables = await harness.database.query<{ name: string }[]>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  const found = new Set<string>();
  for (const { name } of tables) {
    const rows = await harness.database.query<{ row: string }[]>(`SELECT t::text AS row FROM ${name} t`);
    for (const { row } of rows) {
      for (const [what, text] of Object.entries(words)) if (row.includes(text)) found.add(`${name}: ${what}`);
    }
  }
  return [...found];
}

const action = {
  tool_call_id: 't1',
  action_id: newId(),
  action_type: 'action_external',
  input: { text: words.input },
};
const facts: readonly [number, number, FactBody][] = [
  [1, 1, { type: 'message', sender: 'human', text: words.said, started_at_ms: 1, interrupted: false }],
  [1, 2, { type: 'action_started', ...action }],
  [1, 3, { type: 'action_finished', ...action, output: { success: true, result: words.input } }],
  [1, 4, { type: 'problem', code: 'MODEL.REJECTED', message: words.problem }],
  [1, 5, { type: 'detached', reason: 'closed' }],
];

describe('a call that keeps no words', () => {
  const inline = () => {
    const { prompt, voice, ...params } = agentParams.parse({
      prompt: {
        content: words.prompt,
        collect_fields: [{ field_type: 'field_type_email', label: words.field, name: 'mail' }],
      },
      voice: newId(),
      initial_message: words.greeting,
    });
    const agent = {
      ...params,
      prompt: { id: newId(), params: prompt },
      voice,
      webhook: null,
      vector_database: null,
    };
    return { id: newId(), params: agent };
  };
  const placed = {
    hipaa_compliant: true,
    context: { name: words.context },
    get agent() {
      return inline();
    },
  };

  it('is answered without its prompt and context, and config is not told them either', async () => {
    const call = await harness.place({ ...placed });
    expect(call.agent).toMatchObject({ prompt: { content: '[redacted]', collect_fields: null } });
    expect([call.context, call.transcript, call.hipaa_compliant]).toEqual([null, null, true]);
    expect(JSON.stringify(harness.resolved)).toContain('[redacted]');
    for (const text of Object.values(words)) expect(JSON.stringify(harness.resolved)).not.toContain(text);
    expect(await wordsKept()).toEqual([]);
  });

  it('gives its words to whoever holds it, sealed, in every stint, and forgets them at its end', async () => {
    const call = await harness.place({ ...placed });
    const sid = call.carrier_call_sid ?? '';
    carrier.setStatus(sid, 'in-progress');
    const document = await harness.carrierAsks('answer', call, { CallStatus: 'in-progress' });
    const { spec, history } = await harness.attach(document, sid);
    expect([spec.agent.prompt.content, spec.context, history]).toEqual(['[redacted]', null, []]);
    const secrets = SecretBox.fromKeys(harness.environment['SECRETS_KEYS'] ?? '');
    const opened = secrets.open(spec.sealed_words ?? '', callWordsBinding(userId, call.id));
    expect(callWords.parse(JSON.parse(opened))).toEqual({
      prompt: words.prompt,
      collect_fields: [
        { field_type: 'field_type_email', label: words.field, name: 'mail', description: null },
      ],
      initial_message: words.greeting,
      context: { name: words.context },
    });

    await harness.tell(call.id, facts);
    await eventually(async () => expect(await harness.problems(call.id)).toEqual(['MODEL.REJECTED']));
    await harness.asks.ask(finish, {
      user_id: userId,
      call_id: call.id,
      stint: 1,
      command_id: newId(),
      reason: 'provider_failed',
      error_message: `MODEL.REJECTED: ${words.problem}`,
    });
    await harness.carrierAsks('status', call, { CallStatus: 'completed' });
    const ended = await harness.ended(call.id);
    expect(ended).toMatchObject({ transcript: null, error_message: 'MODEL.REJECTED' });
    const events = await harness.events(call.id);
    expect(events.map(({ type }) => type)).toEqual([
      'event_phone_call_connected',
      'event_action',
      'event_action',
      'event_phone_call_ended',
    ]);
    expect(events[2]?.payload).toEqual({
      action_type: 'action_external',
      tool_call_id: 't1',
      action_input: {},
      action_output: { success: true },
    });
    expect(await wordsKept()).toEqual([]);
    const [row] = await harness.database.query<{ options: object }[]>(
      'SELECT options FROM calls WHERE id = $1',
      [call.id],
    );
    expect(row?.options).not.toHaveProperty('sealedWords');
  });

  it('whose agent is stored has that agent’s words sealed', async () => {
    const call = await harness.place({ hipaa_compliant: true });
    expect(call.agent.prompt.content).toBe('[redacted]');
    const [row] = await harness.database.query<{ options: { sealedWords: string } }[]>(
      'SELECT options FROM calls WHERE id = $1',
      [call.id],
    );
    const secrets = SecretBox.fromKeys(harness.environment['SECRETS_KEYS'] ?? '');
    const opened = secrets.open(row?.options.sealedWords ?? '', callWordsBinding(userId, call.id));
    expect(JSON.parse(opened)).toMatchObject({ prompt: 'Be kind.', context: null });
  });
});
