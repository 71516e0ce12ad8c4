export const usage = `Usage: npm start -- [options]

  (none)       bring everything up, place two demonstration calls on the sandbox, stay up until Ctrl-C
  --once       place the demonstration calls, judge them, stop everything; exit code 0 when both did all they should
  --no-demo    only bring everything up
  --fresh      first empty the data folder: database, NATS, generated keys, recordings, logs; nothing of others
  --live       allow calls to real phones through the carrier that .env names
  --to +…      with --live: ring this phone and let the demonstration's agent talk
  --help       show this

Settings come from the file .env in this folder; .env.example lists them.`;

/** Reads the command line. @throws Error with a line for the user when it makes no sense. */
export function parseArguments(args) {
  const options = { once: false, demo: true, fresh: false, live: false, to: undefined, help: false };
  const rest = args.flatMap((arg) => (/^--to=/.test(arg) ? ['--to', arg.slice(5)] : [arg]));
  while (rest.length > 0) {
    const arg = rest.shift();
    if (arg === '--once') options.once = true;
    else if (arg === '--no-demo') options.demo = false;
    else if (arg === '--fresh') options.fresh = true;
    else if (arg === '--live') options.live = true;
    else if (arg === '--help' || arg === '-h') options.help = true;
    else if (arg === '--to') options.to = rest.shift() ?? '';
    else throw new Error(`unknown option ${arg}; npm start -- --help lists the options`);
  }
  if (options.to !== undefined && !/^\+[1-9]\d{6,14}$/.test(options.to)) {
    throw new Error('--to wants a phone number in international form, like --to +14155550123');
  }
  if (options.to !== undefined && !options.live)
    throw new Error('--to rings a real phone: it needs --live too');
  if (options.once && !options.demo)
    throw new Error('--once is the demonstration: it cannot go with --no-demo');
  if (options.once && options.live)
    throw new Error('--once is judged on the sandbox: it cannot go with --live');
  return options;
}
