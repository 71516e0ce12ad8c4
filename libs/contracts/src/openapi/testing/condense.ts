import { readFileSync } from 'node:fs';
import { factsOf } from './facts';
import type { OpenApiDocument } from './json-schema';

/** Prints the facts of the documents named in the arguments, each under the date in its file's name. */
const facts = process.argv.slice(3).map((file) => {
  const date = /\d{4}-\d\d-\d\d/.exec(file)?.[0];
  if (date === undefined) throw new Error(`no date in the name of ${file}`);
  return [date, factsOf(JSON.parse(readFileSync(file, 'utf8')) as OpenApiDocument)] as const;
});
process.stdout.write(JSON.stringify(Object.fromEntries(facts)));
