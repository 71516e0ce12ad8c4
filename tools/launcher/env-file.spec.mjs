import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEnvText, readEnvFile } from './env-file.mjs';

const values = (text) => parseEnvText(text).values;

test('reads names, exports, comments and quotes', () => {
  const text = [
    '# a comment',
    'PLAIN=value # behind it',
    '  export EXPORTED = spaced out  ',
    "SINGLE='as $IT is # \\n'   # comment",
    'DOUBLE="two\\nlines \\"quoted\\""',
    'HASH=a#b',
    'EMPTY=',
    'URL=postgres://a:b=c@host/x?y=z',
    '',
  ].join('\r\n');
  assert.deepEqual(parseEnvText(text), {
    values: {
      PLAIN: 'value',
      EXPORTED: 'spaced out',
      SINGLE: 'as $IT is # \\n',
      DOUBLE: 'two\nlines "quoted"',
      HASH: 'a#b',
      EMPTY: '',
      URL: 'postgres://a:b=c@host/x?y=z',
    },
    problems: [],
  });
});

test('takes line breaks inside quotes, and goes on behind them', () => {
  assert.deepEqual(values('A="1\n2"\nB=\'3\n4\'\nC=5'), { A: '1\n2', B: '3\n4', C: '5' });
});

test('expands nothing', () => {
  assert.deepEqual(values('A=$HOME\nB="${HOME}"'), { A: '$HOME', B: '${HOME}' });
});

test('names the lines that it cannot read, and no secret of them', () => {
  const { values: read, problems } = parseEnvText('GOOD=1\njust words\nB="1" 2\n2C=3\nLAST=x');
  assert.deepEqual(read, { GOOD: '1', LAST: 'x' });
  assert.deepEqual(
    problems,
    [2, 3, 4].map((line) => `line ${line} is not NAME=value`),
  );
});

test('a missing file has no settings', () => {
  assert.deepEqual(readEnvFile('/nowhere/.env'), { values: {}, problems: [] });
});
