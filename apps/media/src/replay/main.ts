import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { firstDifference, parseTrace } from '@parley/conversation';
import type { Trace } from '@parley/conversation';
import { courseOf, describeDifference, summaryOf } from './course';

const args = process.argv.slice(3);
const isPrinted = args.includes('--print');
const paths = args.filter((arg) => !arg.startsWith('--'));

/** The files that a path names: itself, or the traces in a folder. */
function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(path, name));
}

/** Has one call again; true when it went as it did. */
function replayFile(file: string): boolean {
  const trace = parseTrace(readFileSync(file, 'utf8'));
  if (!trace) {
    console.log(`${file}: not the trace of a call. They are written where TRACE_DIR is set.`);
    return false;
  }
  if (isPrinted) for (const line of courseOf(trace)) console.log(line);
  return verdict(file, trace);
}

function verdict(file: string, trace: Trace): boolean {
  const difference = firstDifference(trace);
  console.log(`${file}: ${summaryOf(trace)}: ${difference ? 'went another way' : 'the same, byte for byte'}`);
  if (difference) console.log(describeDifference(trace, difference));
  return difference === null;
}

if (paths.length === 0) {
  console.error('Usage: npm run replay -- [--print] FILE|FOLDER …   (files that media wrote to TRACE_DIR)');
  process.exit(2);
}
try {
  const results = paths.flatMap(filesOf).map(replayFile);
  const same = results.filter(Boolean).length;
  console.log(`${same} of ${results.length} calls went as they were recorded.`);
  process.exitCode = same === results.length && same > 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
