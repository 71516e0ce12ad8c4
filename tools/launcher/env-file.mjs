import { readFileSync } from 'node:fs';

/**
 * Reads the text of a .env file: `NAME=value`, `export NAME=value`, comments, single quotes (taken as they are) and
 * double quotes (\n, \", \\ and line breaks inside). Nothing is expanded. Returns {values, problems}.
 */
export function parseEnvText(text) {
  const values = {};
  const problems = [];
  const line =
    /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(?:'([^']*)'|"((?:[^"\\]|\\[^])*)"|([^\n]*))/;
  let rest = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  let lineNumber = 1;
  while (rest !== '') {
    const match = /^[ \t]*(?:#|\n|$)/.test(rest) ? null : line.exec(rest);
    const end = rest.indexOf('\n', match?.[0].length ?? 0);
    const whole = end === -1 ? rest : rest.slice(0, end);
    const tail = match === null ? whole : whole.slice(match[0].length);
    if (match === null ? !/^[ \t]*(?:#|$)/.test(whole) : !/^[ \t]*(?:#.*)?$/.test(tail)) {
      problems.push(`line ${lineNumber} is not NAME=value`);
    } else if (match) {
      const [, name, single, double, bare] = match;
      values[name] = single ?? (double === undefined ? withoutComment(bare) : unescape(double));
    }
    lineNumber += whole.split('\n').length;
    rest = end === -1 ? '' : rest.slice(end + 1);
  }
  return { values, problems };
}

const withoutComment = (bare) => bare.replace(/(^|[ \t])#.*$/, '').trim();
const unescape = (text) =>
  text.replace(/\\([^])/g, (_, char) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);

/** The settings of the file at `path`; none when there is no such file. */
export function readEnvFile(path) {
  try {
    return parseEnvText(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return { values: {}, problems: [] };
    return { values: {}, problems: [`cannot be read: ${error.message}`] };
  }
}
