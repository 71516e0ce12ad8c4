import fc from 'fast-check';
import { plainSpeech } from '../plain-speech';
import { textOfSpoken } from './spoken-form';
import { spokenForm } from './spoken-text';

type Golden = readonly [written: string, spoken: string];

const english: readonly Golden[] = [
  // Money.
  ['It is $3.20.', 'It is three dollars and twenty cents.'],
  ['$1 now', 'one dollar now'],
  ['$1.01', 'one dollar and one cent'],
  ['$0.99 each', 'ninety-nine cents each'],
  ['$1,299.50 in total', 'one thousand two hundred ninety-nine dollars and fifty cents in total'],
  ['$5.00', 'five dollars'],
  ['$2.5 million', 'two point five million dollars'],
  ['$5M', 'five million dollars'],
  ['$3k a month', 'three thousand dollars a month'],
  ['-$5 today', 'minus five dollars today'],
  ['€3.20', 'three euros and twenty cents'],
  ['£1.50', 'one pound and fifty pence'],
  ['20 EUR', 'twenty euros'],
  ['USD 15', 'fifteen dollars'],
  ['$10-$20', 'ten to twenty dollars'],
  ['$10–20 a head', 'ten to twenty dollars a head'],
  ['$99/month', 'ninety-nine dollars per month'],
  ['$25/hr.', 'twenty-five dollars per hour.'],
  ['US$40', 'forty dollars'],
  ['¥500', 'five hundred yen'],
  ['$1 + $3.20', 'one dollar plus three dollars and twenty cents'],
  ['It is $5, I think.', 'It is five dollars, I think.'],
  // Times.
  ['at 3:30 p.m. today', 'at three thirty p m today'],
  ['at 3:30 p.m.', 'at three thirty p m.'],
  ['at 3:30pm', 'at three thirty p m'],
  ['At 9 AM.', 'At nine a m.'],
  ['9:05 a.m. sharp', 'nine oh five a m sharp'],
  ['at 10:00', "at ten o'clock"],
  ['at 15:30', 'at fifteen thirty'],
  ['9 a.m.–5 p.m.', 'nine a m to five p m.'],
  ['9:00-17:30', 'nine to seventeen thirty'],
  ['9:30-11 am', 'nine thirty to eleven a m'],
  ['12:15 tomorrow', 'twelve fifteen tomorrow'],
  // Dates.
  ['2024-03-05', 'March fifth, twenty twenty-four'],
  ['on 3/5/2024.', 'on March fifth, twenty twenty-four.'],
  ['on 25/12/2024', 'on December twenty-fifth, twenty twenty-four'],
  ['March 5, 2024', 'March fifth, twenty twenty-four'],
  ['on March 5th', 'on March fifth'],
  ['Jan. 3 works', 'January third works'],
  ['5 March 2024', 'fifth of March, twenty twenty-four'],
  ['the 1st of May', 'the first of May'],
  ['May 3-5', 'May third to fifth'],
  ['December 31, 1999', 'December thirty-first, nineteen ninety-nine'],
  ['July 4, 2007', 'July fourth, two thousand seven'],
  ['June 1, 1905', 'June first, nineteen oh five'],
  // Telephone numbers and what else is read out.
  ['Call 555-123-4567.', 'Call five five five, one two three, four five six seven.'],
  ['(555) 123-4567', 'five five five, one two three, four five six seven'],
  ['+1 500 555 0006', 'plus one, five zero zero, five five five, zero zero zero six'],
  ['+15005550006', 'plus one five zero, zero five five, five zero, zero zero six'],
  ['1-800-555-1234', 'one, eight zero zero, five five five, one two three four'],
  ['555-1234', 'five five five, one two three four'],
  ['+44 20 7946 0958', 'plus four four, two zero, seven nine four six, zero nine five eight'],
  ['5551234567', 'five five five, one two three, four five six seven'],
  ['Your code is 4821.', 'Your code is four eight two one.'],
  ['order number 90210', 'order number nine zero two one zero'],
  ['ending in 1234', 'ending in one two three four'],
  ['zip 02139', 'zip zero two one three nine'],
  // Addresses.
  ['ada@example.com', 'ada at example dot com'],
  [
    'Write to ada.smith_1@mail.example.com.',
    'Write to ada dot smith underscore 1 at mail dot example dot com.',
  ],
  ['bob-lee+x@a-b.org', 'bob dash lee plus x at a dash b dot org'],
  ['See example.com for more', 'See example dot com for more'],
  // Shares, degrees, units.
  ['5% off', 'five percent off'],
  ['3.5 %', 'three point five percent'],
  ['10-15%', 'ten to fifteen percent'],
  ['-2%', 'minus two percent'],
  ['72°F outside', 'seventy-two degrees Fahrenheit outside'],
  ['-4 °C', 'minus four degrees Celsius'],
  ['1°', 'one degree'],
  ['5 km away', 'five kilometers away'],
  ['1 kg', 'one kilogram'],
  ['10kg', 'ten kilograms'],
  ['30 min.', 'thirty minutes.'],
  ['2 hrs', 'two hours'],
  ['5-10 min', 'five to ten minutes'],
  ['65 mph', 'sixty-five miles per hour'],
  ['1,200 sq ft', 'one thousand two hundred square feet'],
  ['500 Mbps', 'five hundred megabits per second'],
  ['6 ft', 'six feet'],
  // Ordinals, fractions, ranges, numbers.
  ['the 1st', 'the first'],
  ['the 22nd floor', 'the twenty-second floor'],
  ['our 100th guest', 'our one hundredth guest'],
  ['the 12th', 'the twelfth'],
  ['the 30th', 'the thirtieth'],
  ['1/2 cup', 'one half cup'],
  ['3/4', 'three quarters'],
  ['1 1/2 hours', 'one and a half hours'],
  ['2½', 'two and a half'],
  ['open 24/7', 'open twenty-four seven'],
  ['5-7 people', 'five to seven people'],
  ['10–15', 'ten to fifteen'],
  ['pages 3 - 4', 'pages three to four'],
  ['#1', 'number one'],
  ['No. 7', 'number seven'],
  ['-5 points', 'minus five points'],
  ['3 people', '3 people'],
  ['in 2024', 'in 2024'],
  ['1,299 steps', '1,299 steps'],
  ['3.5 stars', '3.5 stars'],
  // Abbreviations.
  ['Dr. Smith is in.', 'Doctor Smith is in.'],
  ['Mr. and Mrs. Lee', 'Mr. and Missus Lee'],
  ['Prof. Jones', 'Professor Jones'],
  ['12 Main St.', '12 Main Street.'],
  ['on Main St. today', 'on Main Street today'],
  ['St. Louis', 'Saint Louis'],
  ['5 Oak Ave., please', '5 Oak Avenue, please'],
  ['fruit, e.g. apples', 'fruit, for example apples'],
  ['that one, i.e. the blue one', 'that one, that is the blue one'],
  ['apples, pears, etc.', 'apples, pears, et cetera.'],
  ['us vs. them', 'us versus them'],
  ['approx. five', 'approximately five'],
  ['Acme Inc. called', 'Acme Incorporated called'],
  ['Mon-Fri', 'Monday to Friday'],
  ['on Tues. at noon', 'on Tuesday at noon'],
  ['ext. 12', 'extension 12'],
  // Signs.
  ['salt & pepper', 'salt and pepper'],
  ['2 + 2 = 4', '2 plus 2 equals 4'],
  ['Press * or #.', 'Press star or pound.'],
  ['and/or', 'and or or'],
  ['w/o sugar', 'without sugar'],
  ['~5 left', 'about 5 left'],
  ['Nothing to change here.', 'Nothing to change here.'],
];

const others: Readonly<Record<string, readonly Golden[]>> = {
  es: [
    ['Son 3,20 €.', 'Son 3 euros con 20.'],
    ['Cuesta $1.299', 'Cuesta 1299 dólares'],
    ['a las 15:30', 'a las 15 y 30'],
    ['el 05/03/2024', 'el 5 de marzo de 2024'],
    ['al 912 345 678', 'al 9 1 2, 3 4 5, 6 7 8'],
    ['un 5 %', 'un 5 por ciento'],
    ['ana@example.es', 'ana arroba example punto es'],
    ['la Sra. López', 'la señora López'],
  ],
  de: [
    ['Das macht 3,20 €.', 'Das macht 3 Euro 20.'],
    ['1.299 €', '1299 Euro'],
    ['um 15:30 Uhr', 'um 15 Uhr 30'],
    ['um 9.30 Uhr.', 'um 9 Uhr 30.'],
    ['am 05.03.2024', 'am 5. März 2024'],
    ['030 1234567', '0 3 0, 1 2 3 4 5 6 7'],
    ['z. B. morgen', 'zum Beispiel morgen'],
    ['5 % Rabatt', '5 Prozent Rabatt'],
    ['10-15 km', '10 bis 15 Kilometer'],
  ],
  fr: [
    ['Cela fait 3,20 €.', 'Cela fait 3 euros 20.'],
    ['à 15h30', 'à 15 heures 30'],
    ['à 9:00', 'à 9 heures'],
    ['le 01/03/2024', 'le 1er mars 2024'],
    ['au 01 23 45 67 89', 'au 0 1, 2 3, 4 5, 6 7, 8 9'],
    ['5 %', '5 pour cent'],
    ['Mme Durand', 'madame Durand'],
  ],
  pt: [
    ['São R$ 3,20.', 'São 3 reais e 20.'],
    ['às 15h30', 'às 15 e 30'],
    ['em 05/03/2024', 'em 5 de março de 2024'],
    ['(011) 91234-5678', '0 1 1, 9 1 2 3 4, 5 6 7 8'],
    ['o Sr. Silva', 'o senhor Silva'],
  ],
  it: [
    ['Sono 3,20 €.', 'Sono 3 euro e 20.'],
    ['alle 15:30', 'alle 15 e 30'],
    ['il 05/03/2024', 'il 5 marzo 2024'],
    ['il Sig. Rossi', 'il signor Rossi'],
  ],
  nl: [
    ['Dat is € 3,20.', 'Dat is 3 euro 20.'],
    ['om 15.30 uur', 'om 15 uur 30'],
    ['op 05-03-2024', 'op 5 maart 2024'],
    ['bijv. morgen', 'bijvoorbeeld morgen'],
  ],
  hi: [
    ['यह ₹50 है', 'यह 50 रुपये है'],
    ['15:30 पर', '15 बजकर 30 मिनट पर'],
    ['2024-03-05', '5 मार्च 2024'],
    ['98765 43210', '9 8 7 6 5, 4 3 2 1 0'],
  ],
  id: [
    ['Harganya Rp50.000.', 'Harganya 50000 rupiah.'],
    ['pukul 15:30', 'pukul 15 lewat 30 menit'],
    ['0812-3456-7890', '0 8 1 2, 3 4 5 6, 7 8 9 0'],
  ],
  ja: [
    ['¥1,200です', '1200円です'],
    ['15:30に', '15時30分に'],
    ['2024/03/05', '2024年3月5日'],
    ['090-1234-5678', '0 9 0, 1 2 3 4, 5 6 7 8'],
  ],
  ko: [
    ['₩5,000입니다', '5000원입니다'],
    ['15:30에', '15시 30분에'],
    ['2024-03-05', '2024년 3월 5일'],
    ['010-1234-5678', '0 1 0, 1 2 3 4, 5 6 7 8'],
  ],
};

test('the table is a large one', () => {
  expect(english.length + Object.values(others).flat().length).toBeGreaterThan(150);
});

test.each(english)('in English %j is %j', (written, spoken) => {
  expect(spokenForm(written, 'en').spoken).toBe(spoken);
});

describe.each(Object.entries(others))('in %s', (language, goldens) => {
  test.each([...goldens])('%j is %j', (written, spoken) => {
    expect(spokenForm(written, language).spoken).toBe(spoken);
  });
});

test('a language that is not known leaves all as it is', () => {
  expect(spokenForm('It is $3.20.', 'xx')).toEqual({
    text: 'It is $3.20.',
    spoken: 'It is $3.20.',
    swaps: [],
  });
});

describe('of what was spoken, the text says', () => {
  const form = spokenForm('It is $3.20 at 3:30 p.m. today.', 'en');
  const heard = (spoken: string) => textOfSpoken(form, form.spoken.indexOf(spoken) + spoken.length);

  test.each([
    ['It is', 'It is'],
    ['three', 'It is'],
    ['three dollars and twenty', 'It is $3.20'],
    ['cents at', 'It is $3.20 at'],
    ['three thirty p m', 'It is $3.20 at 3:30 p.m.'],
    ['today.', 'It is $3.20 at 3:30 p.m. today.'],
  ])('up to %j: %j', (spoken, text) => {
    expect(heard(spoken)).toBe(text);
  });

  test('nothing before anything was spoken', () => {
    expect(textOfSpoken(form, 0)).toBe('');
  });
});

const bits = fc.constantFrom(
  '$3.20',
  ' ',
  'Dr. ',
  'a@b.co',
  '3:30',
  '-',
  '5',
  '.',
  ',',
  '%',
  'word',
  '/',
  '555-1234',
  '#',
  'é',
  '1,000',
  '+',
  '(',
  'p.m.',
);
const anyText = fc.oneof(
  fc.array(bits, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ maxLength: 200 }),
);

test('for any text: outside of the swaps both say the same, and the text grows as it is spoken', () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom('en', 'de', 'fr', 'ja', 'hi', 'id'), (text, language) => {
      const form = spokenForm(text, language);
      let [textAt, spokenAt] = [0, 0];
      for (const swap of form.swaps) {
        expect(form.spoken.slice(spokenAt, swap.spokenFrom)).toBe(text.slice(textAt, swap.textFrom));
        [textAt, spokenAt] = [swap.textTo, swap.spokenTo];
      }
      expect(form.spoken.slice(spokenAt)).toBe(text.slice(textAt));
      let length = 0;
      for (let at = 0; at <= form.spoken.length; at += 1) {
        const said = textOfSpoken(form, at);
        expect(text.startsWith(said)).toBe(true);
        expect(said.trimEnd().length).toBeGreaterThanOrEqual(length);
        length = said.trimEnd().length;
      }
      expect(length).toBe(text.trimEnd().length);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['Here:\n| a | b |\n|---|---|\n| 1 | 2 |', 'Here: a, b. 1, 2.'],
  ['```js\nlet x = 1;\n```\nThat is it.', 'That is it.'],
  ['<b>Sure</b>, <br/>one moment', 'Sure, one moment'],
  ['![a cat](https://x.y/z.png) sits', 'a cat sits'],
  ['As they say [1], fine [2].', 'As they say, fine.'],
  ['+ one\n+ two', 'one two'],
  ['One\n---\nTwo', 'One Two'],
  ['Nice :) really ;-)', 'Nice really'],
  ['- [ ] call Bob\n- [x] done', 'call Bob done'],
])('nothing of its form is read out: %j is %j', (written, plain) => {
  expect(plainSpeech(written)).toBe(plain);
});
