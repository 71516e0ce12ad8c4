import type { ApiAnswer } from '../api/api-client';
import { CheckName, checkNames, Verdict } from './checks';
import { curlLine, FuzzRequest } from './fuzz-request';

/** One thing that is wrong, however often it was seen. */
export interface Finding {
  readonly check: CheckName;
  readonly operation: string;
  readonly complaint: string;
  readonly curl: string;
  times: number;
}

interface Tally {
  readonly statuses: Map<number, number>;
  readonly checks: Map<CheckName, { passed: number; failed: number }>;
}

/** Counts what the checks said, and keeps one example of each failure: the shortest. */
export class Findings {
  private readonly byOperation = new Map<string, Tally>();
  private readonly failures = new Map<string, Finding>();
  requests = 0;

  constructor(private readonly url: string) {}

  add(sent: FuzzRequest, answer: ApiAnswer, verdicts: readonly Verdict[]): void {
    this.requests++;
    const tally = this.tallyOf(sent.operation.name);
    tally.statuses.set(answer.status, (tally.statuses.get(answer.status) ?? 0) + 1);
    for (const { check, complaint } of verdicts) {
      const count = tally.checks.get(check) ?? { passed: 0, failed: 0 };
      tally.checks.set(check, count);
      if (complaint === undefined) count.passed++;
      else {
        count.failed++;
        this.note(sent, check, complaint);
      }
    }
  }

  /** One a kind, the most frequent first. */
  get all(): readonly Finding[] {
    return [...this.failures.values()].sort((a, b) => b.times - a.times);
  }

  /** How many answers had each status, over all operations. */
  statuses(): ReadonlyMap<number, number> {
    const sum = new Map<number, number>();
    for (const { statuses } of this.byOperation.values())
      for (const [status, times] of statuses) sum.set(status, (sum.get(status) ?? 0) + times);
    return sum;
  }

  passed(check: CheckName): number {
    return [...this.byOperation.values()].reduce(
      (sum, { checks }) => sum + (checks.get(check)?.passed ?? 0),
      0,
    );
  }

  /** A table of the operations and one of the checks, as text. */
  summary(): string {
    const operations = [...this.byOperation].sort(([a], [b]) => (a < b ? -1 : 1));
    const rows = operations.map(([name, { statuses, checks }]) => {
      const failed = [...checks.values()].reduce((sum, count) => sum + count.failed, 0);
      const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}×${times}`);
      return `${name.padEnd(58)} ${String(failed).padStart(6)}  ${counts.join(' ')}`;
    });
    const checks = checkNames.map((check) => {
      const of = (key: 'passed' | 'failed') =>
        operations.reduce((sum, [, tally]) => sum + (tally.checks.get(check)?.[key] ?? 0), 0);
      return `${check.padEnd(34)} ${String(of('passed')).padStart(8)} ${String(of('failed')).padStart(8)}`;
    });
    return [
      `${'operation'.padEnd(58)} failed  answers`,
      ...rows,
      '',
      `${'check'.padEnd(34)} ${'passed'.padStart(8)} ${'failed'.padStart(8)}`,
      ...checks,
    ].join('\n');
  }

  private note(sent: FuzzRequest, check: CheckName, complaint: string): void {
    const operation = sent.operation.name;
    const key = [check, operation, withoutValues(complaint)].join('\n');
    const curl = curlLine(this.url, sent);
    const known = this.failures.get(key);
    const isShorter = known !== undefined && curl.length < known.curl.length;
    const times = (known?.times ?? 0) + 1;
    if (known && !isShorter) known.times = times;
    else this.failures.set(key, { check, operation, complaint, curl, times });
  }

  private tallyOf(operation: string): Tally {
    const known = this.byOperation.get(operation);
    if (known) return known;
    const tally: Tally = { statuses: new Map(), checks: new Map() };
    this.byOperation.set(operation, tally);
    return tally;
  }
}

/** The same complaint of two objects is one. */
function withoutValues(complaint: string): string {
  return complaint
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, 'id')
    .replace(/"input":.*/, '')
    .replace(/\d+/g, '0')
    .slice(0, 160);
}
