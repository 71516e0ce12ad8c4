import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The numbers that were bought of the sandbox's carrier in earlier runs, by its last journal and by the list that is
 * kept of those before. It forgets them when it ends; the product does not, so they must not be sold again.
 */
export function numbersBought(sandboxDir) {
  const before = parseLine(textOf(numbersFile(sandboxDir))) ?? [];
  const bought = textOf(join(sandboxDir, 'journals', 'carrier.jsonl'))
    .split('\n')
    .filter((line) => line.includes('IncomingPhoneNumbers'))
    .map(parseLine)
    .filter((line) => line?.method === 'POST' && line.status === 201)
    .map(({ params }) => params.PhoneNumber);
  return [...new Set([...before, ...bought])].filter((number) => typeof number === 'string');
}

export const numbersFile = (sandboxDir) => join(sandboxDir, 'numbers.json');

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function parseLine(line) {
  try {
    return JSON.parse(line);
  } catch {
    // A killed sandbox may leave half a line.
    return undefined;
  }
}
