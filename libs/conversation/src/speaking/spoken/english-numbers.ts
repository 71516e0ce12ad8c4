const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = ',,twenty,thirty,forty,fifty,sixty,seventy,eighty,ninety'.split(',');
const scales = ['', ' thousand', ' million', ' billion', ' trillion'];
const irregular: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};

/** A whole number below 10^15 in English words; digit by digit beyond. */
export function cardinal(digits: string): string {
  const plain = digits.replace(/,/g, '').replace(/^0+(?=\d)/, '');
  if (plain.length > 15) return digitByDigit(plain);
  const groups: string[] = [];
  for (let end = plain.length, scale = 0; end > 0; end -= 3, scale += 1) {
    const value = Number(plain.slice(Math.max(0, end - 3), end));
    if (value > 0) groups.unshift(`${belowThousand(value)}${scales[scale] ?? ''}`);
  }
  return groups.join(' ') || 'zero';
}

/** A number with or without a fraction: `3.05` is `three point zero five`. */
export function decimal(number: string): string {
  const [whole = '0', fraction = ''] = number.split('.');
  return fraction ? `${cardinal(whole || '0')} point ${digitByDigit(fraction)}` : cardinal(whole);
}

export function ordinal(digits: string): string {
  const words = cardinal(digits);
  const last = /[a-z]+$/.exec(words)?.[0] ?? '';
  const changed = irregular[last] ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`);
  return words.slice(0, words.length - last.length) + changed;
}

/** `2024` is `twenty twenty-four`, `1905` `nineteen oh five`, `2007` `two thousand seven`. */
export function year(digits: string): string {
  if (digits.length !== 4 || /^\d00/.test(digits)) return cardinal(digits);
  const rest = Number(digits.slice(2));
  const century = belowThousand(Number(digits.slice(0, 2)));
  if (rest === 0) return `${century} hundred`;
  return rest < 10 ? `${century} oh ${small[rest] ?? ''}` : `${century} ${belowThousand(rest)}`;
}

export function digitByDigit(digits: string): string {
  return digits.replace(/\d/g, (digit) => `${small[Number(digit)] ?? ''} `).trim();
}

function belowThousand(value: number): string {
  if (value < 20) return small[value] ?? '';
  if (value < 100) {
    const rest = value % 10;
    return `${tens[Math.floor(value / 10)] ?? ''}${rest ? `-${small[rest] ?? ''}` : ''}`;
  }
  const rest = value % 100;
  return `${small[Math.floor(value / 100)] ?? ''} hundred${rest ? ` ${belowThousand(rest)}` : ''}`;
}
