import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Journals } from './running-system';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly why?: string;
}

const judge = join(__dirname, '..', '..', '..', 'tools', 'launcher', 'demo', 'judge.mjs');

/** What the demonstration's own judge says of a call. */
export function verdictOf(journals: Journals, expected: object): Check[] {
  const output = execFileSync(process.execPath, [judge], { input: JSON.stringify({ journals, expected }) });
  return JSON.parse(output.toString()) as Check[];
}

/** The names of the checks that failed, with why. */
export function failedChecks(checks: readonly Check[]): string[] {
  return checks.filter(({ ok }) => !ok).map(({ name, why }) => `${name}: ${why ?? ''}`);
}
