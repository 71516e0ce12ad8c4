import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The numbers that were bought of the sandbox's carrier in earlier runs, by its journal. It forgets them when it ends;
 * the product does not, so they must not be sold again.
 */
export function numbersBought(sandboxDir) {
  let text;
  try {
    text = readFileSync(join(sandboxDir, 'journals', 'carrier.jsonl'), 'utf8');
  } catch {
    return [];
  }
  const bought = text
    .split('\n')
    .filter((line) => line.includes('IncomingPhoneNumbers'))
    .map(parseLine)
    .filter((line) => line?.method === 'POST' && line.status === 201)
    .map(({ params }) => params.PhoneNumber);
  return [...new Set(bought)].filter((number) => typeof number === 'string');
}

function parseLine(line) {
  try {
    return JSON.parse(line);
  } catch {
    // A killed sandbox may leave half a line.
    return undefined;
  }
}
