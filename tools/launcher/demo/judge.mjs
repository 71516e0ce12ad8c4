/** Judges one call from the command line: {journals, expected} as JSON in, the list of checks as JSON out. */
import { readFileSync } from 'node:fs';
import { judge } from './verdict.mjs';

const { journals, expected } = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(judge(journals, expected)));
