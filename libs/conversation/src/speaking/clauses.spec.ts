import type { ClauseRule } from './clauses';
import { spokenForm } from './spoken';
import { firstClause, laterSentences, nextClauseLength } from './clauses';

/** Cuts a text that streams in character by character. */
function cut(text: string, rules: { first: ClauseRule; later: ClauseRule }): string[] {
  const pieces: string[] = [];
  let pending = '';
  for (const char of text) {
    pending += char;
    for (;;) {
      const length = nextClauseLength(pending, pieces.length === 0 ? rules.first : rules.later);
      if (length === 0) break;
      pieces.push(pending.slice(0, length).trim());
      pending = pending.slice(length);
    }
  }
  return [...pieces, pending.trim()].filter(Boolean);
}

const bySentences = { first: laterSentences, later: laterSentences };
const asSpoken = { first: firstClause, later: laterSentences };

test.each([
  ['Hello! How are you doing today?', 1],
  ['Hello. What do you want to talk about?', 1],
  ['This is a test sentence. Want to hear a joke?', 2],
  ['Sure, here are three things:\n 1. Goals are set.\n2. Travel is planned.\n3. Hobbies come last.', 4],
  ['$1 + $3.20 is equal to $4.20.\n\nAnd $1.40 plus $2.80 is equal to $4.20.', 2],
  ['$2 + $3.00 is equal to $5. $6 + $4 is equal to $10.', 2],
  ['Yes. Hi. Ok. What is it?', 1],
  ['Ok gotcha. What is up man. Nothing much how are you?', 2],
  ['Hello? Yes? Hello?Is this Bob?', 2],
])('by sentences: %j is cut into %d', (text, count) => {
  const pieces = cut(text, bySentences);
  expect(pieces).toHaveLength(count);
  expect(pieces.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
});

test.each([
  ['Of course, I can do that.', ['Of course,', 'I can do that.']],
  ['Sure, no problem at all: one moment.', ['Sure, no problem at all:', 'one moment.']],
  ['It costs $1,299.50 today.', ['It costs $1,299.50 today.']],
  ['We open at 10:30 a.m. on Monday.', ['We open at 10:30 a.m. on Monday.']],
  ['Dr. Miller is in, I think.', ['Dr. Miller is in,', 'I think.']],
  ['My name is J. R. Tolkien and e.g. this.', ['My name is J. R. Tolkien and e.g. this.']],
  [
    'Go to https://example.com/a,b?c=d:e now, please.',
    ['Go to https://example.com/a,b?c=d:e now,', 'please.'],
  ],
  ['1. First thing. 2. Second thing.', ['1. First thing.', '2. Second thing.']],
  ['Well — let me see.', ['Well — let me see.']],
  ['Well now — let me see that again.', ['Well now —', 'let me see that again.']],
  ['He said "I am fine." Then he left us.', ['He said "I am fine."', 'Then he left us.']],
  ['はい、承知いたしました。明日の七時ですね。', ['はい、承知いたしました。', '明日の七時ですね。']],
])('the first clause first: %j', (text, pieces) => {
  expect(cut(text, asSpoken)).toEqual(pieces);
});

test.each([
  ['Of course,', 'Of course,'],
  ['For sure;', 'For sure;'],
  ['Here they are:', 'Here they are:'],
  ['Is it you?', 'Is it you?'],
  ['Well done!', 'Well done!'],
  ['Vale, señor José,', 'Vale, señor José,'],
  ['Go to room b12,', 'Go to room b12,'],
])('%j goes at its last mark, without a look at what follows', (text, piece) => {
  expect(nextClauseLength(text, firstClause)).toBe(piece.length);
  expect(nextClauseLength(text.slice(0, -1), firstClause)).toBe(0);
});

test.each([
  'Look at http:',
  'Look at (https:',
  'Write to mailto:',
  'See you at 10:',
  'That makes 1,',
  'That makes $1,299,',
  'That is nice :',
  'Read example.com/a?',
])('%j waits for more', (text) => {
  expect(nextClauseLength(text, firstClause)).toBe(0);
});

test('a colon within a word ends nothing', () => {
  expect(nextClauseLength('It says key:value and more', firstClause)).toBe(0);
});

test('a period is not taken for an end before it is known what follows', () => {
  expect(nextClauseLength('That makes $4.', firstClause)).toBe(0);
  expect(nextClauseLength('That makes $4. ', firstClause)).toBe(14);
  expect(nextClauseLength('That makes $4.20', firstClause)).toBe(0);
});

test('a text without any mark is cut between words', () => {
  const pieces = cut('word '.repeat(120), asSpoken);
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.every((piece) => piece.length <= 240 && piece.endsWith('word'))).toBe(true);
  expect(cut('x'.repeat(600), asSpoken).join('')).toBe('x'.repeat(600));
});

test('a flood of marks costs no more than its length', () => {
  let flood = '1,.'.repeat(4_000);
  let lookups = 0;
  while (flood && lookups < 12_000) {
    flood = flood.slice(nextClauseLength(flood, firstClause) || flood.length);
    lookups += 1;
  }
  expect(flood).toBe('');
});

test.each([
  'It costs $3.20, or $1,299.50 a year. That is it.',
  'We open at 3:30 p.m. on Monday, and at 9 a.m. on Friday.',
  'Dr. Smith is in on Tues. at noon, I think.',
  'Write to ada.smith@mail.example.com, please. I will wait.',
  'Call (555) 123-4567, or +1 500 555 0006. Ask for Dr. Lee.',
  'It is 10–15 minutes, 9 a.m.–5 p.m. daily.',
  'It takes 5-7 days, e.g. until March 5, 2024, at No. 7.',
  'That is 3.5%, i.e. $0.99 of St. Louis tax, on Jan. 3.',
])('however %j streams in, it is spoken as if it came at once', (text) => {
  const spoken = cut(text, asSpoken).map((piece) => spokenForm(piece, 'en').spoken);
  expect(spoken.join(' ')).toBe(spokenForm(text, 'en').spoken);
  expect(spoken.length).toBeGreaterThan(1);
});

test('a sentence may end with an hour', () => {
  expect(cut('We will be open until 5 p.m. Would that suit you?', asSpoken)).toEqual([
    'We will be open until 5 p.m.',
    'Would that suit you?',
  ]);
});

test('a long text without marks is not cut within a number', () => {
  const pieces = cut(`${'word '.repeat(45)}call 555 123 4567 and wait ${'word '.repeat(30)}`, asSpoken);
  expect(pieces.some((piece) => piece.includes('555 123 4567'))).toBe(true);
});
