/**
 * Condenses OpenAPI documents of the reference into the committed table of facts:
 * `node tools/api-facts/condense.mjs <…/openapi-2023-08-22.json> <…/openapi-2024-08-27.json>`
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { checkoutDir } from '../backing/paths.mjs';

const testing = join(checkoutDir, 'libs/contracts/src/openapi/testing');
const table = join(testing, 'vocode-facts.json');
const files = process.argv.slice(2).map((file) => resolve(file));
const runner = join(checkoutDir, 'libs/testing/src/run-typescript.cjs');
const facts = execFileSync(process.execPath, [runner, join(testing, 'condense.ts'), ...files.sort()], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
writeFileSync(table, await format(facts, { ...(await resolveConfig(table)), filepath: table }));
