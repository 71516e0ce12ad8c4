import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { cpuSecondsOf } from '../cpu.mjs';
import { nowMs } from './clock.mjs';

/** A process's memory in MB with its part of what it shares (PSS). */
export function pssMbOf(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)[1]) / 1024;
}

/**
 * How many TCP connections a process has open, by whom they are with. `ports`: {name: port} of the other end, or of this
 * one; those of no port named are `other`.
 */
export function connectionsOf(pid, ports) {
  const own = inodesOf(pid);
  const names = Object.entries(ports);
  const counts = Object.fromEntries([...names.map(([name]) => [name, 0]), ['other', 0]]);
  const port = (address) => Number.parseInt(address.split(':')[1], 16);
  for (const line of readFileSync(`/proc/${pid}/net/tcp`, 'utf8').trim().split('\n').slice(1)) {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
    if (!own.has(inode) || state === listening) continue;
    const found = names.find(([, each]) => each === port(local) || each === port(remote));
    counts[found?.[0] ?? 'other'] += 1;
  }
  return counts;
}

const listening = '0A';

function inodesOf(pid) {
  const dir = `/proc/${pid}/fd`;
  const targets = readdirSync(dir).map((fd) => {
    try {
      return readlinkSync(`${dir}/${fd}`);
    } catch {
      return '';
    }
  });
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
}

/** How many timers run in a Node.js process, by its own metrics. */
export async function timersOf(metricsUrl) {
  const text = await (await fetch(metricsUrl)).text();
  return Number(/^nodejs_active_resources\{type="Timeout"\} (\d+)/m.exec(text)?.[1] ?? 0);
}

/** CPU of several processes between two moments: `start` gives a function that gives cores by name. */
export function watchCpu(pids) {
  const read = () => Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuSecondsOf(pid)]));
  const [before, fromMs] = [read(), nowMs()];
  return () => {
    const [after, seconds] = [read(), (nowMs() - fromMs) / 1000];
    return Object.fromEntries(
      Object.keys(pids).map((name) => [name, (after[name] - before[name]) / seconds]),
    );
  };
}
