import { createServer, Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { SystemClock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import { Faults, FaultSettings } from '../../faults';
import { EntryKinds, Journal, JournalLine } from '../../journal';
import { parseScript, ScriptHolder } from '../../script';
import type { ProviderOptions } from '../provider-server';

export const KEY = 'the-right-key';

/** What a provider under test needs; nothing of it touches the disk. */
export function providerOptions<Entries extends EntryKinds>(
  faults: FaultSettings = {},
  script: unknown = {},
): ProviderOptions<Entries> {
  const clock = new SystemClock();
  return {
    clock,
    logger: createLogger({ service: 'sandbox', level: 'silent' }),
    journal: new Journal<Entries>({ clock }),
    faults: new Faults(faults),
    script: new ScriptHolder(parseScript(script)),
    apiKey: KEY,
  };
}

/** Resolves with the first line of this kind, be it there or yet to come. */
export function lineOf<Entries extends EntryKinds>(
  journal: Journal<Entries>,
  kind: keyof Entries & string,
): Promise<JournalLine> {
  return new Promise((resolve) => {
    const there = journal.after(0).find((line) => line.kind === kind);
    if (there) {
      resolve(there);
      return;
    }
    const stop = journal.watch((line) => {
      if (line.kind !== kind) return;
      stop();
      resolve(line);
    });
  });
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const silent = await silentServer();
  await silent.stop();
  return silent.port;
}

/** Takes connections and never says anything. */
export async function silentServer(): Promise<{ port: number; stop(): Promise<void> }> {
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  const sockets = new Set<{ destroy(): void }>();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
