import { spellAddress } from './address';
import { digitGroups } from './digit-groups';
import { cardinal, decimal, digitByDigit, ordinal, year } from './english-numbers';
import { englishAbbreviations } from './english-abbreviations';
import type { SpeechRule } from './speech-rule';

const whole = String.raw`\d{1,3}(?:,\d{3})+|\d{1,15}`;
const amount = String.raw`(?:${whole})(?:\.\d+)?`;
/** What may stand between the two ends of a range. */
const to = String.raw`\s?(?:-|–|—)\s?`;
const monthNames =
  'January,February,March,April,May,June,July,August,September,October,November,December'.split(',');
const month = String.raw`(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?`;
const scaleNames: Readonly<Record<string, string>> = {
  k: ' thousand',
  m: ' million',
  mm: ' million',
  b: ' billion',
  bn: ' billion',
  thousand: ' thousand',
  million: ' million',
  billion: ' billion',
  trillion: ' trillion',
};
const scale = String.raw`(?:\s?(thousand|million|billion|trillion)\b|(k|mm?|bn?)\b)?`;

type Coins = readonly [one: string, many: string, coin: string, coins: string];
const dollars: Coins = ['dollar', 'dollars', 'cent', 'cents'];
const currencies: Readonly<Record<string, Coins>> = {
  $: dollars,
  us$: dollars,
  usd: dollars,
  '€': ['euro', 'euros', 'cent', 'cents'],
  eur: ['euro', 'euros', 'cent', 'cents'],
  '£': ['pound', 'pounds', 'penny', 'pence'],
  gbp: ['pound', 'pounds', 'penny', 'pence'],
  '¥': ['yen', 'yen', 'sen', 'sen'],
  jpy: ['yen', 'yen', 'sen', 'sen'],
  '₹': ['rupee', 'rupees', 'paisa', 'paise'],
  inr: ['rupee', 'rupees', 'paisa', 'paise'],
  cad: ['Canadian dollar', 'Canadian dollars', 'cent', 'cents'],
  aud: ['Australian dollar', 'Australian dollars', 'cent', 'cents'],
};
const sign = String.raw`US\$|[$€£¥₹]`;
const code = 'USD|EUR|GBP|JPY|INR|CAD|AUD';

const periods: Readonly<Record<string, string>> = {
  h: 'hour',
  hr: 'hour',
  hour: 'hour',
  d: 'day',
  day: 'day',
  wk: 'week',
  week: 'week',
  mo: 'month',
  month: 'month',
  yr: 'year',
  year: 'year',
  night: 'night',
  person: 'person',
  min: 'minute',
  minute: 'minute',
  unit: 'unit',
  item: 'item',
};
const per = `(?:/(${Object.keys(periods).join('|')})\\b)?`;

/** Units by how they are written: one of them, many of them. */
const units: Readonly<Record<string, readonly [string, string]>> = {
  km: ['kilometer', 'kilometers'],
  cm: ['centimeter', 'centimeters'],
  mm: ['millimeter', 'millimeters'],
  kg: ['kilogram', 'kilograms'],
  mg: ['milligram', 'milligrams'],
  lb: ['pound', 'pounds'],
  lbs: ['pound', 'pounds'],
  oz: ['ounce', 'ounces'],
  ft: ['foot', 'feet'],
  'sq ft': ['square foot', 'square feet'],
  mi: ['mile', 'miles'],
  ml: ['milliliter', 'milliliters'],
  mL: ['milliliter', 'milliliters'],
  min: ['minute', 'minutes'],
  mins: ['minute', 'minutes'],
  sec: ['second', 'seconds'],
  secs: ['second', 'seconds'],
  hr: ['hour', 'hours'],
  hrs: ['hour', 'hours'],
  yrs: ['year', 'years'],
  mph: ['mile per hour', 'miles per hour'],
  'km/h': ['kilometer per hour', 'kilometers per hour'],
  KB: ['kilobyte', 'kilobytes'],
  MB: ['megabyte', 'megabytes'],
  GB: ['gigabyte', 'gigabytes'],
  TB: ['terabyte', 'terabytes'],
  Mbps: ['megabit per second', 'megabits per second'],
  Gbps: ['gigabit per second', 'gigabits per second'],
  kWh: ['kilowatt hour', 'kilowatt hours'],
};
const unitPattern = Object.keys(units)
  .sort((a, b) => b.length - a.length)
  .join('|');

function money(currency: string, given: string, big: string): string {
  const [one, many, coin, coins] = currencies[currency.toLowerCase()] ?? dollars;
  const [units_ = '0', fraction = ''] = given.split('.');
  if (big) return `${decimal(given.replace(/,/g, ''))}${scaleNames[big.toLowerCase()] ?? ''} ${many}`;
  if (fraction.length !== 0 && fraction.length !== 2) return `${decimal(given.replace(/,/g, ''))} ${many}`;
  const main = cardinal(units_);
  const cents = Number(fraction);
  const mainSaid = `${main} ${main === 'one' ? one : many}`;
  if (!cents) return mainSaid;
  const centsSaid = `${cardinal(fraction)} ${cents === 1 ? coin : coins}`;
  return main === 'zero' ? centsSaid : `${mainSaid} and ${centsSaid}`;
}

const perSaid = (period: string) => (period ? ` per ${periods[period.toLowerCase()] ?? period}` : '');
const bare = (given: string) => decimal(given.replace(/,/g, ''));

/** `3:30` and `p.m.`: `three thirty p m`. */
function clock(hour: string, minute: string, half: string, endsText: boolean): string | null {
  if (Number(hour) > 24 || Number(minute) > 59) return null;
  const hourSaid = cardinal(hour);
  const minuteSaid = Number(minute) < 10 ? `oh ${cardinal(minute)}` : cardinal(minute);
  const time = Number(minute) > 0 ? `${hourSaid} ${minuteSaid}` : hourSaid;
  if (half) return `${time} ${half.charAt(0).toLowerCase()} m${half.endsWith('.') && endsText ? '.' : ''}`;
  if (Number(minute) > 0) return time;
  return Number(hour) > 12 || Number(hour) === 0 ? `${hourSaid} hundred hours` : `${hourSaid} o'clock`;
}

function monthName(given: string): string {
  const wanted = given.slice(0, 3).toLowerCase();
  return monthNames.find((name) => name.toLowerCase().startsWith(wanted)) ?? given;
}

function date(monthNumber: string, day: string, inYear: string): string | null {
  const name = monthNames[Number(monthNumber) - 1];
  if (!name || Number(day) < 1 || Number(day) > 31) return null;
  const full = inYear.length === 2 ? `20${inYear}` : inYear;
  return `${name} ${ordinal(day)}${full ? `, ${year(full)}` : ''}`;
}

function readOut(written: string): string {
  const plus = written.trim().startsWith('+') ? 'plus ' : '';
  return plus + digitGroups(written).map(digitByDigit).join(', ');
}

const half = String.raw`(?:\s?([AaPp]\.[Mm]\.|[AaPp][Mm]\b))`;

/** What English says otherwise than it is written. */
export const englishRules: readonly SpeechRule[] = [
  // Addresses.
  {
    find: /[\p{L}\p{N}][\p{L}\p{N}._%+-]*@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/gu,
    say: ({ all }) =>
      spellAddress(all, { at: 'at', dot: 'dot', dash: 'dash', underscore: 'underscore', plus: 'plus' }),
  },
  {
    find: /(?<![\p{L}\p{N}@.-])[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.(?:com|org|net|edu|gov|io|ai|co\.uk|info|app|dev)(?:\/[\w/-]*\w)?\b/gu,
    say: ({ all }) => all.replace(/\./g, ' dot ').replace(/\//g, ' slash ').replace(/-/g, ' dash '),
  },
  // Dates.
  { find: /\b(\d{4})-(\d{2})-(\d{2})\b/g, say: ({ group }) => date(group(2), group(3), group(1)) },
  {
    find: /(?<![\d/])(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})(?![\d/])/g,
    say: ({ group }) => date(group(1), group(2), group(3)) ?? date(group(2), group(1), group(3)),
  },
  {
    find: new RegExp(
      String.raw`\b(${month})\s(\d{1,2})(?:st|nd|rd|th)?(?:${to}(\d{1,2})(?:st|nd|rd|th)?)?(?:,?\s(\d{4}))?(?![\d:,.]?\d)`,
      'g',
    ),
    say: ({ group }) =>
      `${monthName(group(1))} ${ordinal(group(2))}${group(3) ? ` to ${ordinal(group(3))}` : ''}${group(4) ? `, ${year(group(4))}` : ''}`,
  },
  {
    find: new RegExp(String.raw`\b(\d{1,2})(?:st|nd|rd|th)?\s(?:of\s)?(${month})(?:,?\s(\d{4}))?\b`, 'g'),
    say: ({ group }) =>
      `${ordinal(group(1))} of ${monthName(group(2))}${group(3) ? `, ${year(group(3))}` : ''}`,
  },
  // Times.
  {
    find: new RegExp(String.raw`\b(\d{1,2})(?::(\d{2}))?${half}?${to}(\d{1,2})(?::(\d{2}))?${half}`, 'g'),
    say: ({ group, endsText }) => {
      const from = clock(group(1), group(2), group(3), false)?.replace(/ o'clock$/, '');
      const until = clock(group(4), group(5), group(6), endsText);
      return from && until ? `${from} to ${until}` : null;
    },
  },
  {
    find: new RegExp(String.raw`\b(\d{1,2}):(\d{2})${to}(\d{1,2}):(\d{2})\b`, 'g'),
    say: ({ group }) => {
      const [from, until] = [clock(group(1), group(2), '', false), clock(group(3), group(4), '', false)];
      return from && until ? `${from} to ${until}`.replace(/ o'clock/g, '') : null;
    },
  },
  {
    find: new RegExp(String.raw`\b(\d{1,2})(?::(\d{2}))?${half}`, 'g'),
    say: ({ group, endsText }) => clock(group(1), group(2), group(3), endsText),
  },
  { find: /(?<![\d:])(\d{1,2}):(\d{2})(?![\d:])/g, say: ({ group }) => clock(group(1), group(2), '', false) },
  // Money.
  {
    find: new RegExp(
      String.raw`(${sign})(${amount})${to}(?:${sign})?(${amount})${scale}${per}(?![\d])`,
      'gi',
    ),
    say: ({ group }) => {
      const big = group(4) || group(5);
      return `${bare(group(2))} to ${money(group(1), group(3), big)}${perSaid(group(6))}`;
    },
  },
  {
    find: new RegExp(String.raw`([-−])?(${sign})\s?(${amount})${scale}${per}`, 'gi'),
    say: ({ group }) =>
      `${group(1) ? 'minus ' : ''}${money(group(2), group(3), group(4) || group(5))}${perSaid(group(6))}`,
  },
  {
    find: new RegExp(String.raw`\b(${amount})${scale}\s?(€|£|(?:${code})\b)`, 'g'),
    say: ({ group }) => money(group(4), group(1), group(2) || group(3)),
  },
  {
    find: new RegExp(String.raw`\b(${code})\s(${amount})\b`, 'g'),
    say: ({ group }) => money(group(1), group(2), ''),
  },
  // Telephone and other numbers that are read out.
  {
    find: /(?<![\w.,/-])\+?(?:\d{1,3}[-.\s])?(?:\(\d{2,4}\)\s?|\d{2,4}[-.\s])\d{3,4}[-.\s]\d{3,4}(?![\w/-]|[.,]\d)/g,
    say: ({ all }) => readOut(all),
  },
  { find: /(?<![\w.,/-])\+\d{7,15}\b/g, say: ({ all }) => readOut(all) },
  { find: /(?<![\w.,/-])\+\d{1,3}(?:[-.\s]\d{2,4}){2,5}(?![\w/-]|[.,]\d)/g, say: ({ all }) => readOut(all) },
  { find: /(?<![\w.,/-])\d{3}-\d{4}(?![\w/-]|[.,]\d)/g, say: ({ all }) => readOut(all) },
  {
    find: /(?<=\b(?:code|number|zip|order|confirmation|pin|account|id|reference|booking|ticket|case|ending in|extension)(?:\s(?:code|number|is|no\.|#))*\s#?)\d{3,6}\b(?![.,:]\d)/gi,
    say: ({ all }) => digitByDigit(all),
  },
  { find: /(?<![\w.,/$-])(?:0\d{4,}|\d{7,})(?![\w/%-]|[.,]\d)/g, say: ({ all }) => readOut(all) },
  // Shares and degrees.
  {
    find: new RegExp(String.raw`\b(${amount})%?${to}(${amount})\s?%`, 'g'),
    say: ({ group }) => `${bare(group(1))} to ${bare(group(2))} percent`,
  },
  {
    find: new RegExp(String.raw`(?<![\d.])([-−])?(${amount})\s?%`, 'g'),
    say: ({ group }) => `${group(1) ? 'minus ' : ''}${bare(group(2))} percent`,
  },
  {
    find: new RegExp(String.raw`([-−])?\b(${amount})\s?°(?:\s?([CF])\b)?`, 'g'),
    say: ({ group }) =>
      `${group(1) ? 'minus ' : ''}${bare(group(2))} degree${group(2) === '1' ? '' : 's'}${group(3) === 'C' ? ' Celsius' : group(3) === 'F' ? ' Fahrenheit' : ''}`,
  },
  // Units.
  {
    find: new RegExp(
      String.raw`\b(${amount})(?:${to}(${amount}))?\s?(${unitPattern})(?![\w/])(?:\.(?=\s+\p{Ll}))?`,
      'gu',
    ),
    say: ({ group }) => {
      const [one, many] = units[group(3)] ?? ['', ''];
      if (group(2)) return `${bare(group(1))} to ${bare(group(2))} ${many}`;
      return `${bare(group(1))} ${group(1) === '1' ? one : many}`;
    },
  },
  // Ordinals, fractions, ranges.
  { find: /\b(\d{1,6})(?:st|nd|rd|th)\b/g, say: ({ group }) => ordinal(group(1)) },
  { find: /\b24\/7\b/g, say: () => 'twenty-four seven' },
  {
    find: /(?<![\d/])(?:(\d{1,3})\s)?([1-9])\/([2-9]|10)(?![\d/])/g,
    say: ({ group }) => fraction(group(1), Number(group(2)), group(3)),
  },
  { find: /(\d)?([½¼¾⅓⅔])/g, say: ({ group }) => vulgar(group(1), group(2)) },
  {
    find: new RegExp(String.raw`(?<![\w.,/-])(${whole})${to}(${whole})(?![\w/-]|[.,]\d)`, 'g'),
    say: ({ group }) => `${cardinal(group(1))} to ${cardinal(group(2))}`,
  },
  { find: /(?<![\w)])[-−](\d+(?:\.\d+)?)\b/g, say: ({ group }) => `minus ${decimal(group(1))}` },
  { find: /#\s?(\d{1,6})\b/g, say: ({ group }) => `number ${cardinal(group(1))}` },
  ...englishAbbreviations,
  // Signs.
  { find: /\s?&\s?/g, say: () => ' and ' },
  { find: /(?<=\d)\s?\+\s?(?=[\d$€£])/g, say: () => ' plus ' },
  { find: /(?<=\d)\s?[×x]\s?(?=\d)/g, say: () => ' by ' },
  { find: /\s?=\s?/g, say: () => ' equals ' },
  { find: /\s?(?:→|->)\s?/g, say: () => ' to ' },
  { find: /~(?=\d)/g, say: () => 'about ' },
  { find: /(?<![\w*])\*(?![\w*])/g, say: () => 'star' },
  { find: /(?<![\w#])#(?![\w#])/g, say: () => 'pound' },
  { find: /(?<=\p{L})\/(?=\p{L})/gu, say: () => ' or ' },
  { find: /\s@\s/g, say: () => ' at ' },
];

function fraction(wholePart: string, top: number, bottom: string): string {
  const names: Readonly<Record<string, string>> = { 2: 'half', 4: 'quarter' };
  const name = names[bottom] ?? ordinal(bottom);
  const many = bottom === '2' ? 'halves' : `${name}s`;
  const part = `${wholePart && top === 1 ? 'a' : cardinal(String(top))} ${top === 1 ? name : many}`;
  return wholePart ? `${cardinal(wholePart)} and ${part}` : part;
}

function vulgar(wholePart: string, sign_: string): string {
  const parts: Readonly<Record<string, readonly [number, string]>> = {
    '½': [1, '2'],
    '¼': [1, '4'],
    '¾': [3, '4'],
    '⅓': [1, '3'],
    '⅔': [2, '3'],
  };
  const [top, bottom] = parts[sign_] ?? [1, '2'];
  return fraction(wholePart, top, bottom);
}
