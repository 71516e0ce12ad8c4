/** The entry of `npm run admin -- …`: users, API keys, and the keys of secrets. */
import { parseArgs } from 'node:util';
import { keyCommands, keysUsage } from './keys.mjs';
import { adminClient, findSystem, OperatorError, UsageError } from './operator.mjs';
import { secrets, secretsUsage } from './secrets.mjs';
import { userCommands, usersUsage } from './users.mjs';

export const usage = `Usage: npm run admin -- COMMAND

${usersUsage}

${keysUsage}

${secretsUsage}

Users and keys go to the system that PARLEY_URL and PARLEY_API_KEY (a key with the scope admin) name, else to the one
that npm start runs here.`;

const groups = { users: userCommands, keys: keyCommands };

/** Runs one command. Resolves the exit code: 0 done, 1 refused or failed, 2 not understood. */
export async function admin(args, parts = {}) {
  const { print = console.log, complain = console.error, findSystem: find = findSystem, send } = parts;
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) {
    print(usage);
    return 0;
  }
  if (args[0] === 'secrets') return secrets(args.slice(1), { print, complain });
  try {
    const { command, values, positionals } = readArguments(args);
    const call = adminClient(find(), send);
    await command.run({ call, print, values, positionals });
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`${error.message} (npm run admin -- --help shows all commands)`);
      return 2;
    }
    if (!(error instanceof OperatorError)) throw error;
    complain(error.message);
    return 1;
  }
}

function readArguments([group, name, ...rest]) {
  const commands = Object.hasOwn(groups, group) ? groups[group] : undefined;
  if (commands === undefined) throw new UsageError(`There is no command ${group}`);
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
  if (command === undefined) throw new UsageError(`${group} takes ${Object.keys(commands).join(', ')}`);
  const { values, positionals } = parsed(rest, command.options);
  const least = command.names.filter((text) => !text.startsWith('[')).length;
  if (positionals.length < least || positionals.length > command.names.length)
    throw new UsageError(`Usage: npm run admin -- ${[group, name, ...command.names].join(' ')}`);
  return { command, values, positionals };
}

function parsed(args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error.message.split('. ')[0]);
  }
}

if (process.argv[1] === import.meta.filename) process.exitCode = await admin(process.argv.slice(2));
