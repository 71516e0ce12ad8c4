import { spellAddress } from './address';
import { digitGroups } from './digit-groups';
import { languageSpeech } from './language-speech';
import type { LanguageSpeech } from './language-speech';
import type { Found, SpeechRule } from './speech-rule';

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const longestFirst = (words: readonly string[]) =>
  [...words]
    .sort((a, b) => b.length - a.length)
    .map(escaped)
    .join('|');
/** Before and behind a word, in scripts with spaces. */
const before = String.raw`(?<![\p{L}\p{N}])`;
const behind = String.raw`(?![\p{L}\p{N}])`;
/** A number that is not part of another, or of a word in letters with spaces. */
const apart = String.raw`(?<![\d.,:/A-Za-z-])`;

/** The rules of a language other than English; null when it has none. */
export function rulesOf(code: string): readonly SpeechRule[] | null {
  const speech = languageSpeech[code];
  return speech
    ? [...addresses(speech), ...dates(speech), ...money(speech), ...times(speech), ...numbers(speech)]
    : null;
}

function addresses(speech: LanguageSpeech): SpeechRule[] {
  return [
    {
      find: /[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}/g,
      say: ({ all }) => spellAddress(all, speech),
    },
    {
      find: /(?<![A-Za-z0-9@.-])[A-Za-z0-9-]+\.(?:com|org|net|io|de|fr|es|it|nl|pt|br|in|id|jp|kr|eu)(?![A-Za-z0-9])/g,
      say: ({ all }) => all.replace(/\./g, ` ${speech.dot} `),
    },
    ...speech.abbreviations.map(([written, said]): SpeechRule => ({
      find: new RegExp(`${before}${escaped(written)}${written.endsWith('.') ? '' : behind}`, 'gu'),
      say: ({ endsText }) => (endsText && written.endsWith('.') ? `${said}.` : said),
    })),
  ];
}

function dates({ date, months }: LanguageSpeech): SpeechRule[] {
  const say = (day: string, month: string, year: string): string | null => {
    const name = months[Number(month) - 1];
    const isDay = Number(day) >= 1 && Number(day) <= 31;
    return name !== undefined && isDay
      ? date(Number(day), name, year.length === 2 ? `20${year}` : year)
      : null;
  };
  return [
    {
      find: /(?<!\d)(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)/g,
      say: ({ group }) => say(group(3), group(2), group(1)),
    },
    {
      find: /(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-])/g,
      say: ({ group }) => say(group(1), group(3), group(4)),
    },
  ];
}

function money(speech: LanguageSpeech): SpeechRule[] {
  const { currencies, moneyJoin, decimal } = speech;
  const signs = longestFirst(Object.keys(currencies).filter((key) => !/^[a-z]{3}$/.test(key)));
  const codes = longestFirst(
    Object.keys(currencies)
      .filter((key) => /^[a-z]{3}$/.test(key))
      .map((key) => key.toUpperCase()),
  );
  const group = decimal === ',' ? String.raw`[.\s]` : ',';
  const amount = String.raw`\d{1,3}(?:${group}\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?`;
  const say = (currency: string, written: string): string => {
    const [one, many] = currencies[currency] ?? currencies[currency.toLowerCase()] ?? ['', ''];
    const [whole, part] = parts(written);
    const name = whole === '1' ? one : many;
    const isTight = name !== '' && /[\u3040-\u9fff\uac00-\ud7af]/.test(name);
    if (!Number(part)) return `${whole}${isTight ? '' : ' '}${name}`;
    if (isTight) return `${whole}.${part}${name}`;
    return `${whole} ${name}${moneyJoin}${part.replace(/^0/, '')}`;
  };
  return [
    {
      find: new RegExp(`(${signs})\\s?(${amount})(?![\\d.,]*\\d)`, 'gu'),
      say: (found) => say(found.group(1), found.group(2)),
    },
    {
      find: new RegExp(`${apart}(${amount})\\s?(${signs}|(?:${codes || 'XXX'})${behind})`, 'gu'),
      say: (found) => say(found.group(2), found.group(1)),
    },
  ];
}

/** The whole and the hundredths of an amount, whichever marks it is written with. */
function parts(written: string): [whole: string, part: string] {
  const match = /[.,](\d{1,2})$/.exec(written);
  const whole = match ? written.slice(0, match.index) : written;
  const part = match?.[1] ?? '';
  return [whole.replace(/[^\d]/g, ''), part.length === 1 ? `${part}0` : part];
}

function times({ time, timeMark, timeWord, to }: LanguageSpeech): SpeechRule[] {
  const say = (hour: string, minute: string): string | null =>
    Number(hour) <= 24 && Number(minute) <= 59 ? time(Number(hour), Number(minute)) : null;
  const written = String.raw`(\d{1,2})${timeMark}(\d{2})`;
  const withWord = timeWord ? `(?:${timeWord})` : '';
  // A period within a time could be one of a number: there the word behind it has to tell.
  const isSure = !timeMark.includes('.');
  const colon = isSure ? timeMark : ':';
  const sure = String.raw`(\d{1,2})${colon}(\d{2})`;
  const ranged = String.raw`${apart}${sure}\s?[-–—]\s?${sure}(?![\d:])${withWord && `${withWord}?`}`;
  return [
    {
      find: new RegExp(ranged, 'gu'),
      say: ({ group }) => {
        const [from, until] = [say(group(1), group(2)), say(group(3), group(4))];
        return from && until ? `${from} ${to} ${until}` : null;
      },
    },
    ...(withWord
      ? [
          {
            find: new RegExp(`${apart}${written}${withWord}`, 'gu'),
            say: ({ group }: Found) => say(group(1), group(2)),
          },
        ]
      : []),
    {
      find: new RegExp(`${apart}${sure}(?![\\d:.])`, 'gu'),
      say: ({ group }: Found) => say(group(1), group(2)),
    },
    {
      find: new RegExp(`${apart}${sure}(?=[.](?!\\d))`, 'gu'),
      say: ({ group }: Found) => say(group(1), group(2)),
    },
  ];
}

function numbers({ percent, degrees, units, to, and, minus, plus }: LanguageSpeech): SpeechRule[] {
  const number = String.raw`\d+(?:[.,]\d+)?`;
  const readOut = (written: string) =>
    (written.trim().startsWith('+') ? `${plus} ` : '') +
    digitGroups(written)
      .map((group) => group.replace(/(?<=\d)(?=\d)/g, ' '))
      .join(', ');
  return [
    {
      find: /(?<![\w.,/-])\+\d{1,3}(?:[-.\s]?\(?\d{1,4}\)?){2,6}(?![\w/-]|[.,]\d)/g,
      say: ({ all }) => readOut(all),
    },
    {
      find: /(?<![\w.,/-])\(?0\d{1,4}\)?(?:[-./\s]\d{2,8}){1,5}(?![\w/-]|[.,]\d)/g,
      say: ({ all }) => readOut(all),
    },
    {
      find: /(?<![\w.,/-])(?:\d{5}\s\d{5}|\d{2,4}(?:[-\s]\d{2,4}){2,4})(?![\w/-]|[.,]\d)/g,
      say: ({ all }) => readOut(all),
    },
    { find: /(?<![\w.,/-])(?:0\d{4,}|\d{7,})(?![\w/%-]|[.,]\d)/g, say: ({ all }) => readOut(all) },
    {
      find: new RegExp(`(?<![\\d.,])(${number})\\s?[-–—]\\s?(${number})\\s?%`, 'g'),
      say: ({ group }) => `${group(1)} ${to} ${group(2)} ${percent}`,
    },
    { find: new RegExp(`(${number})\\s?%`, 'g'), say: ({ group }) => `${group(1)} ${percent}` },
    {
      find: new RegExp(`([-−])?(${number})\\s?°\\s?C?(?![A-Za-z])`, 'g'),
      say: ({ group }) => `${group(1) ? `${minus} ` : ''}${group(2)} ${degrees}`,
    },
    {
      find: new RegExp(
        `(?:(${number})\\s?[-–—]\\s?)?(${number})\\s?(${longestFirst(Object.keys(units))})${behind}`,
        'gu',
      ),
      say: ({ group }) => `${group(1) && `${group(1)} ${to} `}${group(2)} ${units[group(3)] ?? ''}`,
    },
    {
      find: new RegExp(`${apart}(\\d{1,6})\\s?[-–—]\\s?(\\d{1,6})(?![\\d/-]|[.,]\\d)`, 'gu'),
      say: ({ group }) => `${group(1)} ${to} ${group(2)}`,
    },
    { find: /\s?&\s?/g, say: () => ` ${and} ` },
  ];
}
