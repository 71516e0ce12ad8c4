import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@parley/testing';
import { agentParams, talkingActions } from './agents';
import { RunningSystem } from './running-system';
import { shortScript } from './scripts';

const replay = join(__dirname, '..', '..', '..', 'tools', 'replay', 'replay.mjs');
const numberOf = (index: number) => `+1202555${String(2_000 + index)}`;
const script = { ...shortScript, anyone: Object.values(shortScript.callers)[0] };
const faults = {
  'the model fails': { model: { status: 500 } },
  'the voice stalls after the greeting': { voice: { stall: { after: 1 } } },
  'the transcriber is lost': { transcriber: { reset: true } },
};

describe('recorded calls', () => {
  const system = RunningSystem.attach();
  let number: string;
  const recorded: string[] = [];

  /** Places calls and waits until they are over. */
  async function calls(count: number): Promise<void> {
    const placed = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        system.api<{ id: string }>('POST', '/v1/calls/create', {
          from_number: number,
          to_number: numberOf(index),
          agent: agentParams(system, talkingActions),
        }),
      ),
    );
    for (const { id } of placed) {
      await eventually(
        async () => {
          const { status } = await system.api<{ status: string }>('GET', `/v1/calls?id=${id}`);
          if (status !== 'ended' && status !== 'error') throw new Error(`call ${id} is ${status}`);
        },
        { timeoutMs: 60_000, everyMs: 200 },
      );
    }
    recorded.push(...placed.map(({ id }) => id));
  }

  beforeAll(async () => {
    ({ number } = await system.api<{ number: string }>('POST', '/v1/numbers/buy', {}));
    await system.control('POST', '/script', script);
    await system.control('POST', '/faults', {});
    await calls(7);
    for (const fault of Object.values(faults)) {
      await system.control('POST', '/faults', fault);
      await calls(1);
    }
  });
  afterAll(() => system.control('POST', '/faults', {}));

  it('ten of them, three faulty, go as they went, byte for byte', async () => {
    const files = await eventually(async () => {
      const names = await readdir(system.tracesDir);
      const found = recorded.map((id) => names.find((name) => name.startsWith(id)));
      if (found.includes(undefined)) throw new Error('a trace is missing');
      return found.map((name) => join(system.tracesDir, String(name)));
    });
    expect(files).toHaveLength(10);
    const { stdout } = await promisify(execFile)(process.execPath, [replay, ...files]);
    const lines = stdout.trim().split('\n');
    expect(lines.at(-1)).toBe('10 of 10 calls went as they were recorded.');
    expect(lines.filter((line) => /(MODEL|SYNTHESIZER|TRANSCRIBER)\./.test(line))).toHaveLength(3);
  });
});
