import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventually } from '@parley/testing';
import { connect } from 'nats';
import { agentParams } from '../agents';
import { DatabaseRows } from '../isolation/database-rows';
import { RunningSystem } from '../running-system';

/** Words that nobody else uses. They can be spoken, so they are what the caller, the agent and the model say. */
const canaries = {
  spoken: 'quokkamarmalade',
  answered: 'pangolinteapot',
  greeted: 'axolotlumbrella',
  prompted: 'narwhalcupboard',
  inContext: 'tapirlampshade',
  inInput: 'okapidoorbell',
  inAnswer: 'gibbonstaircase',
};
const caller = '+12025550193';

const script = {
  callers: {
    [caller]: {
      name: 'Grace',
      answerAfterMs: 100,
      steps: [
        { waitFor: 'agent_finished' },
        { say: `My illness is ${canaries.spoken}.` },
        { waitFor: 'agent_finished' },
        { say: 'Thank you, goodbye.' },
      ],
    },
  },
  model: {
    rules: [
      { when: { afterTool: 'note' }, say: `I noted ${canaries.answered}.` },
      {
        when: { lastUserContains: [canaries.spoken] },
        tool: { name: 'note', arguments: { text: canaries.inInput } },
      },
      { when: { lastUserContains: ['goodbye'] }, say: 'Goodbye!', tool: { name: 'end_conversation' } },
    ],
  },
  receiver: [{ path: '/note', body: { result: { text: canaries.inAnswer } } }],
};

interface Call {
  readonly id: string;
  readonly status: string;
  readonly transcript: string | null;
  readonly context: object | null;
  readonly agent: { readonly prompt: { readonly content: string } };
}

describe('a call that keeps no words', () => {
  let system: RunningSystem;
  let call: Call;

  beforeAll(async () => {
    system = RunningSystem.attach();
    const { number } = await system.api<{ number: string }>('POST', '/v1/numbers/buy', {});
    await system.control('POST', '/script', script);
    await system.control('POST', '/faults', {});
    await system.forget();
    const note = {
      type: 'action_external',
      config: {
        name: 'note',
        description: 'Notes something down.',
        url: `${system.run.sandboxReceiverUrl}/note`,
        input_schema: { type: 'object', properties: { text: { type: 'string' } } },
        speak_on_send: false,
        speak_on_receive: true,
        processing_mode: 'muted',
      },
    };
    const { id } = await system.api<Call>('POST', '/v1/calls/create', {
      from_number: number,
      to_number: caller,
      hipaa_compliant: true,
      context: { patient: canaries.inContext },
      agent: {
        ...agentParams(system, [{ type: 'action_end_conversation' }, note]),
        prompt: `You help the patient \${patient} of doctor ${canaries.prompted}.`,
        initial_message: `Hello, ${canaries.greeted} here.`,
      },
    });
    call = await eventually(
      async () => {
        const now = await system.api<Call>('GET', `/v1/calls?id=${id}`);
        if (now.status !== 'ended' && now.status !== 'error') throw new Error(`the call is ${now.status}`);
        return now;
      },
      { timeoutMs: 90_000, everyMs: 300 },
    );
    // What is told after a call's end is told by then.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }, 120_000);

  const foundIn = (text: string): string[] => {
    const lower = text.toLowerCase();
    return Object.entries(canaries).flatMap(([name, word]) => (lower.includes(word) ? [name] : []));
  };

  it('was held: all of them were said, or sent', async () => {
    const { model, voice, receiver } = await system.journals();
    expect(call.status).toBe('ended');
    expect(new Set(foundIn(JSON.stringify({ model, voice, receiver })))).toEqual(
      new Set(
        Object.keys(canaries).filter(
          (name) => name !== 'inAnswer' && name !== 'inContext' && name !== 'prompted',
        ),
      ),
    );
  });

  it('is answered with its shape, and without its words', () => {
    expect(call).toMatchObject({ transcript: null, context: null });
    expect(call.agent.prompt.content).toBe('[redacted]');
    expect(foundIn(JSON.stringify(call))).toEqual([]);
  });

  it('leaves no word in any table', async () => {
    const rows = await DatabaseRows.of(system.run.databaseUrl);
    const found: string[] = [];
    let read = 0;
    await rows.each((table, row) => {
      read += 1;
      found.push(...foundIn(row).map((name) => `${table}: ${name}`));
    });
    await rows.close();
    expect(found).toEqual([]);
    expect(read).toBeGreaterThan(20);
  });

  it('leaves no word in any stream', async () => {
    const { username, password, host } = new URL(system.run.natsUrl);
    const nats = await connect({ servers: host, user: username, pass: password });
    const manager = await nats.jetstreamManager();
    const found: string[] = [];
    let read = 0;
    for await (const { config, state } of manager.streams.list()) {
      for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
        const message = await manager.streams.getMessage(config.name, { seq }).catch(() => null);
        if (!message) continue;
        read += 1;
        found.push(...foundIn(message.string()).map((name) => `${config.name} ${message.subject}: ${name}`));
      }
    }
    await nats.close();
    expect(found).toEqual([]);
    expect(read).toBeGreaterThan(5);
  });

  it('leaves no word in any log, and no trace', () => {
    const found: string[] = [];
    for (const folder of new Set(Object.values(system.run.logFiles).map(dirname))) {
      for (const name of readdirSync(folder, { recursive: true }) as string[]) {
        // The sandbox plays the outside world, which hears them.
        if (!name.endsWith('.log') || name.includes('sandbox')) continue;
        found.push(...foundIn(readFileSync(join(folder, name), 'utf8')).map((word) => `${name}: ${word}`));
      }
    }
    expect(found).toEqual([]);
    expect(readdirSync(system.tracesDir).filter((name) => name.startsWith(call.id))).toEqual([]);
  });

  it('tells its events without a word', async () => {
    const { receiver } = await system.journals();
    const events = receiver.filter(({ body }) =>
      String((body as { type?: string }).type).startsWith('event_'),
    );
    expect(events.length).toBeGreaterThan(2);
    expect(foundIn(JSON.stringify(events))).toEqual([]);
  });
});
