/**
 * The entry of `npm run replay -- FILE|FOLDER …`: has recorded calls again and compares what the conversation does with
 * what it did then, byte for byte. `--print` shows the course of each call. Ends with 1 when a call went another way.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkoutDir } from '../backing/paths.mjs';

const runner = join(checkoutDir, 'libs/testing/src/run-typescript.cjs');
const program = join(checkoutDir, 'apps/media/src/replay/main.ts');
const args = process.argv.slice(2);
const child = spawn(process.execPath, [runner, program, ...args], { stdio: 'inherit' });
child.once('exit', (code) => process.exit(code ?? 1));
