import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { cpuSecondsOf } from '../cpu.mjs';
import { nowMs } from './clock.mjs';

/** A process's memory in MB with its part of what it shares (PSS). */
export function pssMbOf(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)[1]) / 1024;
}

/** How many sockets a process has open. */
export function socketsOf(pid) {
  const dir = `/proc/${pid}/fd`;
  return readdirSync(dir).filter((fd) => {
    try {
      return readlinkSync(`${dir}/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
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
