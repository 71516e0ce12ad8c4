import { endsSentence, isUnfinished } from './unfinished-words';

describe('plainly unfinished', () => {
  test.each([
    ['en', "I'd like to book, um"],
    ['en', "I'd like to book, um."],
    ['en', 'I want to fly to the'],
    ['en', 'on Monday and.'],
    ['en', 'a table for four,'],
    ['en', "I'd like to"],
    ['en', 'My number is'],
    ['en', 'well I was thinking...'],
    ['en', "yes, I'd"],
    ['en', 'when I'],
    ['en', 'my phone number is 555 01'],
    ['en', 'my email is'],
    ['en', 'my e-mail is john at gmail'],
    ['en', 'can you'],
    ['de', 'Ich möchte einen Tisch für'],
    ['de', 'am Montag und'],
    ['de', 'ich heiße, äh'],
    ['fr', 'je voudrais réserver pour'],
    ['fr', 'une table et'],
    ['fr', "j'habite à l'"],
    ['es', 'quiero una mesa para'],
    ['es', 'me llamo'],
    ['pt', 'eu queria uma mesa para'],
    ['it', 'vorrei un tavolo per'],
    ['nl', 'ik wil graag een tafel en'],
    ['hi', 'मुझे एक टेबल चाहिए और'],
    ['id', 'saya mau meja untuk'],
    ['ja', '予約を'],
    ['ja', 'えっと'],
    ['ko', '예약하고 싶은데요 그리고'],
    ['sv', 'jag vill, '],
  ])('%s: %s', (language, words) => {
    expect(isUnfinished(words, language)).toBe(true);
  });
});

describe('not unfinished', () => {
  test.each([
    ['en', 'I need a table'],
    ['en', 'Where are you from'],
    ['en', "Yes, I'd love to"],
    ['en', 'Yes, I want to.'],
    ['en', 'Come on'],
    ['en', 'four'],
    ['en', 'My PIN is 1234'],
    ['en', 'my phone number is 555 0123'],
    ['en', 'My e-mail is john@gmail.com.'],
    ['en', 'my email is john at gmail dot com'],
    ['en', 'I do not have an e-mail address'],
    ['en', 'What is that for?'],
    ['en', 'when'],
    ['pt', 'O que?'],
    ['en', ''],
    ['de', 'Ich rufe morgen an'],
    ['de', 'Das kann sein'],
    ['es', 'quiero este'],
    ['fr', "c'est qui"],
    ['ja', 'こんにちは'],
    ['ja', '予約したいのですが'],
    ['sv', 'jag vill ha ett bord för'],
  ])('%s: %s', (language, words) => {
    expect(isUnfinished(words, language)).toBe(false);
  });
});

test('what is dictated is known from what was asked', () => {
  expect(isUnfinished('five five five', 'en', 'What is your phone number?')).toBe(true);
  expect(isUnfinished('five five five oh one two three', 'en', 'What is your phone number?')).toBe(false);
  expect(isUnfinished('0171 23', 'de', 'Wie ist Ihre Telefonnummer?')).toBe(true);
  expect(isUnfinished('four', 'en', 'What is your phone number?')).toBe(false);
  expect(isUnfinished('five five five', 'en', 'What is your room?')).toBe(false);
  expect(isUnfinished('john at', 'en', 'What is your e-mail?')).toBe(true);
  expect(isUnfinished('j o h', 'en', 'What is your e-mail?')).toBe(true);
  expect(isUnfinished("I don't have one", 'en', 'What is your e-mail?')).toBe(false);
});

test('the end of a sentence is known by its mark', () => {
  expect(['Yes.', 'Really?', 'はい。', 'जी।', 'He said "no."'].every(endsSentence)).toBe(true);
  expect(['Yes', 'well...', 'yes,'].some(endsSentence)).toBe(false);
});
