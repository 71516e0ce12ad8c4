import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endWithThisProcess } from './end-with-this-process';

/** A service in a process of its own. */
export interface TestProcess {
  /** Ends it as a crash does (SIGKILL): nothing is drained, given back or said goodbye to. */
  kill(): Promise<void>;
}

/**
 * Starts the TypeScript program `main` with the given settings; resolves when it logs that it is ready.
 * Rejects with what it printed when it ends before.
 */
export async function startProcess(main: string, settings: Record<string, string>): Promise<TestProcess> {
  const runner = join(__dirname, 'run-typescript.cjs');
  const child = spawn(process.execPath, [runner, main], {
    env: { PATH: process.env['PATH'], ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithThisProcess(child);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      if (printed.includes('"msg":"ready"')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void gone.then(() => reject(new Error(`the process ended early: ${printed}`)));
  });
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
