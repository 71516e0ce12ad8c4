import { eventually } from '@parley/testing';
import { Client } from 'pg';
import { agentParams, talkingActions, transferAction } from '../agents';
import { RunningSystem } from '../running-system';
import { caller, hostileScript, words } from './hostile-script';

interface Call {
  readonly id: string;
  readonly status: string;
  readonly stage_outcome: string | null;
  readonly transcript: string | null;
}

describe('a model gone wild', () => {
  let system: RunningSystem;
  let call: Call;
  let problems: { code: string; message: string }[];

  beforeAll(async () => {
    system = RunningSystem.attach();
    const { number } = await system.api<{ number: string }>('POST', '/v1/numbers/buy', {});
    await system.control('POST', '/script', hostileScript);
    await system.control('POST', '/faults', {});
    await system.forget();
    const booking = {
      type: 'action_external',
      config: {
        name: 'book',
        description: 'Books a table.',
        url: `${system.run.sandboxReceiverUrl}/book`,
        input_schema: {
          type: 'object',
          properties: { people: { type: 'number' } },
          additionalProperties: false,
        },
        speak_on_send: false,
        speak_on_receive: true,
        processing_mode: 'muted',
      },
    };
    const actions = [...talkingActions, transferAction('+12025550168'), booking];
    const { id } = await system.api<Call>('POST', '/v1/calls/create', {
      from_number: number,
      to_number: caller,
      agent: agentParams(system, actions),
    });
    call = await eventually(
      async () => {
        const now = await system.api<Call>('GET', `/v1/calls?id=${id}`);
        if (now.status !== 'ended' && now.status !== 'error') throw new Error(`the call is ${now.status}`);
        return now;
      },
      { timeoutMs: 150_000, everyMs: 500 },
    );
    problems = await problemsOf(id);
  }, 170_000);

  /** What the call's log says, past all services. */
  async function problemsOf(callId: string): Promise<{ code: string; message: string }[]> {
    const client = new Client({ connectionString: system.run.databaseUrl });
    await client.connect();
    const { rows: schemas } = await client.query<{ name: string }>(
      `SELECT format('%I', table_schema) AS name FROM information_schema.tables WHERE table_name = 'call_log'`,
    );
    const { rows } = await client.query<{ data: { code: string; message: string } }>(
      `SELECT data FROM ${schemas[0]?.name ?? ''}.call_log WHERE call_id = $1 AND kind = 'problem' ORDER BY position`,
      [callId],
    );
    await client.end();
    return rows.map(({ data }) => data);
  }

  it('keeps the call: every turn is answered, and it ends with its goodbye', () => {
    expect(call).toMatchObject({ status: 'ended', stage_outcome: 'bot_disconnected' });
    for (const word of words.filter((each) => each !== 'endless')) {
      expect(call.transcript).toContain(`BOT: I cannot, ${word} is over.`);
    }
    expect(call.transcript).toMatch(/HUMAN: Now endless please\.?\nBOT: /i);
    expect(call.transcript).toMatch(/BOT: All is well\. Goodbye!/);
  });

  it('dials nobody, presses nothing and sends nothing to anybody', async () => {
    const { carrier, receiver, caller: heard } = await system.journals();
    expect(JSON.stringify(carrier)).not.toContain('9005551234');
    expect(carrier.filter(({ kind }) => /dial/.test(kind))).toEqual([]);
    expect(receiver.filter(({ path }) => String(path).includes('/book'))).toEqual([]);
    expect(heard.filter(({ kind }) => /key|tone/.test(kind))).toEqual([]);
  });

  it('is on record: what was refused, and why', () => {
    const refused = problems.filter(({ code }) => code === 'TOOL.REFUSED').map(({ message }) => message);
    expect(refused).toEqual(
      expect.arrayContaining([
        expect.stringContaining('Unknown arguments: phone_number'),
        expect.stringContaining('not a JSON object'),
        expect.stringContaining('too long'),
        expect.stringContaining('There is no tool named "rm_rf"'),
        expect.stringContaining('no more than 16 tool calls'),
      ]),
    );
    // The customer's schema is held against the input where it would be sent from.
    expect(call.transcript?.match(/BOT_ACTION_FINISH: action_external .*"success":false/g)).toHaveLength(2);
  });
});
