import { tailOfFile } from '../backing/processes.mjs';

/** The end of a service's log as a person reads it: level, message and error of each line, without the fields. */
export const readableTail = (file, count = 12) =>
  tailOfFile(file, count)
    .split('\n')
    .map((line) => `  ${readable(line)}`.trimEnd())
    .join('\n');

/** One line of a log; what is no JSON stays as it is. */
export function readable(line) {
  let entry;
  try {
    entry = JSON.parse(line);
  } catch {
    return line;
  }
  if (typeof entry?.msg !== 'string') return line;
  const { level = 'info', msg, err } = entry;
  const causes = [];
  for (let error = err; error && causes.length < 4; error = error.cause) causes.push(error.message);
  return [`${level}: ${msg}`, ...causes].join(': ');
}
