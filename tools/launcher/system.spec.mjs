import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../backing/processes.mjs';
import { commandOf } from './process-identity.mjs';
import { readRunFile } from './run-file.mjs';

const dir = mkdtempSync(join(tmpdir(), 'parley-system-'));
const launchers = [];
after(() => {
  for (const { child } of launchers) child.kill('SIGKILL');
  for (const { pid } of readRunFile(dir)?.processes ?? [])
    if (commandOf(pid).includes(dir)) process.kill(pid, 'SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** Starts a launcher with stub services in a process of its own, and waits until it prints `text`. */
async function launch(extra = {}, text = 'up ') {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'run-system.mjs'), dir], {
    ...{ env: { ...process.env, ...extra }, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  const launcher = { child, output: '' };
  launchers.push(launcher);
  child.stdout.on('data', (data) => (launcher.output += data));
  launcher.says = async (wanted) =>
    assert.ok(await until(() => launcher.output.includes(wanted), { deadlineMs: 30_000 }), launcher.output);
  await launcher.says(text);
  return launcher;
}

const ours = () => readRunFile(dir).processes;
const isAlive = ({ pid }) => commandOf(pid).includes(dir);
const health = ({ output }, name) => {
  const ports = JSON.parse(/^up (.*)$/m.exec(output)[1]);
  return `http://127.0.0.1:${ports[name]}`;
};

test('starts all, survives kill -9, restarts what dies, and stops all in the end', async () => {
  const first = await launch();
  const left = ours();
  assert.deepEqual(
    left.map(({ name }) => name),
    ['postgres', 'nats', 'config', 'gateway'],
  );
  assert.equal(statSync(join(dir, 'run.json')).mode & 0o777, 0o600);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  assert.ok(left.every(isAlive), 'the services outlive a killed launcher');

  const second = await launch();
  assert.match(second.output, /left: gateway config nats postgres/);
  assert.ok(!left.some(isAlive), 'the next start stops them');

  await fetch(`${health(second, 'config')}/die`).catch(() => undefined);
  await second.says('starting config again');
  const answers = () =>
    fetch(`${health(second, 'config')}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  assert.ok(await until(answers, { deadlineMs: 10_000 }), 'it is up again');

  const running = ours();
  second.child.kill('SIGTERM');
  assert.deepEqual(await once(second.child, 'exit'), [0, null]);
  assert.ok(!running.some(isAlive), 'nothing is left');
  assert.equal(existsSync(join(dir, 'run.json')), false);
});

test('a service that cannot start is an error with the end of its log', async () => {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'testing', 'run-system.mjs'), dir, 'fail'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  launchers.push({ child });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const [code] = await once(child, 'exit');
  assert.equal(code, 1);
  assert.match(output, /gateway ended \(exit code 2\)[^]*cannot start: told to fail/);
  assert.equal(existsSync(join(dir, 'run.json')), false);
  assert.match(readFileSync(join(dir, 'logs', 'gateway.log'), 'utf8'), /told to fail/);
});
