import { cardinal } from './english-numbers';
import type { SpeechRule } from './speech-rule';

/** The period of an abbreviation that ends the text ends its sentence too. */
const stop = (endsText: boolean) => (endsText ? '.' : '');

const titles: Readonly<Record<string, string>> = {
  Dr: 'Doctor',
  Mr: 'Mister',
  Mrs: 'Missus',
  Ms: 'Miz',
  Prof: 'Professor',
  Rev: 'Reverend',
  Gen: 'General',
  Capt: 'Captain',
  Lt: 'Lieutenant',
  Sgt: 'Sergeant',
};

/** Behind a name they are part of an address. */
const streets: Readonly<Record<string, string>> = {
  St: 'Street',
  Ave: 'Avenue',
  Blvd: 'Boulevard',
  Rd: 'Road',
  Dr: 'Drive',
  Ln: 'Lane',
  Ct: 'Court',
  Pkwy: 'Parkway',
  Hwy: 'Highway',
  Sq: 'Square',
  Pl: 'Place',
};

const words: Readonly<Record<string, string>> = {
  'e.g': 'for example',
  'i.e': 'that is',
  'a.k.a': 'also known as',
  etc: 'et cetera',
  vs: 'versus',
  approx: 'approximately',
  dept: 'department',
  Dept: 'Department',
  apt: 'apartment',
  Apt: 'Apartment',
  Ste: 'Suite',
  Inc: 'Incorporated',
  Ltd: 'Limited',
  Co: 'Company',
  Corp: 'Corporation',
  Jr: 'Junior',
  Sr: 'Senior',
  est: 'estimated',
  incl: 'including',
  excl: 'excluding',
  max: 'maximum',
  appt: 'appointment',
  hrs: 'hours',
  mins: 'minutes',
  tel: 'telephone',
  Tel: 'telephone',
  min: 'minimum',
};

const days: Readonly<Record<string, string>> = {
  Mon: 'Monday',
  Tue: 'Tuesday',
  Tues: 'Tuesday',
  Wed: 'Wednesday',
  Thu: 'Thursday',
  Thur: 'Thursday',
  Thurs: 'Thursday',
  Fri: 'Friday',
  Sat: 'Saturday',
  Sun: 'Sunday',
};

const oneOf = (table: Readonly<Record<string, string>>) =>
  Object.keys(table)
    .sort((a, b) => b.length - a.length)
    .join('|')
    .replace(/\./g, String.raw`\.`);

/** Abbreviations that are said in full. */
export const englishAbbreviations: readonly SpeechRule[] = [
  {
    find: new RegExp(String.raw`\b(${oneOf(days)})\.?\s?(?:-|–|—|to)\s?(${oneOf(days)})\b\.?(?!\w)`, 'g'),
    say: ({ group, all, endsText }) =>
      `${days[group(1)] ?? ''} to ${days[group(2)] ?? ''}${all.endsWith('.') ? stop(endsText) : ''}`,
  },
  {
    find: new RegExp(String.raw`\b(${oneOf(days)})\.`, 'g'),
    say: ({ group, endsText }) => `${days[group(1)] ?? ''}${stop(endsText)}`,
  },
  {
    find: new RegExp(
      String.raw`(?<=\d\s(?:[NESW]\.?\s)?\p{Lu}[\p{L}'-]*\s(?:\p{Lu}[\p{L}'-]*\s)?|\p{Ll}\s|\d(?:st|nd|rd|th)\s)(${oneOf(streets)})\.(?!\s\p{Lu}\p{Ll}+\b(?!,))`,
      'gu',
    ),
    say: ({ group, endsText }) => `${streets[group(1)] ?? ''}${stop(endsText)}`,
  },
  { find: /\bSt\.(?=\s\p{Lu})/gu, say: () => 'Saint' },
  {
    find: new RegExp(String.raw`\b(${oneOf(titles)})\.(?=\s\p{Lu})`, 'gu'),
    say: ({ group }) => titles[group(1)] ?? '',
  },
  {
    find: new RegExp(String.raw`(?<=\p{L}\s)(${oneOf(streets)})\.`, 'gu'),
    say: ({ group, endsText }) => `${streets[group(1)] ?? ''}${stop(endsText)}`,
  },
  { find: /\b(?:No|Nr)\.\s?(\d{1,6})\b/g, say: ({ group }) => `number ${cardinal(group(1))}` },
  { find: /\b[Ee]xt\.\s?(?=\d)/g, say: () => 'extension ' },
  { find: /\bp\.\s?(?=\d)/g, say: () => 'page ' },
  { find: /\bw\/o\b/g, say: () => 'without' },
  { find: /\bw\/\s?(?=\w)/g, say: () => 'with ' },
  {
    find: new RegExp(String.raw`(?<![\p{L}.])(${oneOf(words)})\.`, 'gu'),
    say: ({ group, endsText }) => `${words[group(1)] ?? ''}${stop(endsText)}`,
  },
];
