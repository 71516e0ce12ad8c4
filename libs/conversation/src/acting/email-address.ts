/** Words for the signs of an address, as callers of the supported languages say them. */
const spokenSigns: readonly (readonly [sign: string, words: string])[] = [
  [
    '@',
    'at,at sign,arroba,chiocciola,arobase,arobas,ät,klammeraffe,apenstaartje,アット,アットマーク,골뱅이,एट',
  ],
  ['.', 'dot,period,punto,punkt,point,ponto,punt,titik,ドット,点,닷,점,डॉट'],
  [
    '_',
    'underscore,guion bajo,guión bajo,unterstrich,tiret bas,sublinhado,trattino basso,laag streepje,garis bawah',
  ],
  ['-', 'dash,hyphen,minus,guion,guión,bindestrich,tiret,hífen,trattino,streepje,strip'],
  ['+', 'plus,más,mais,più'],
];

const signOf = new Map(spokenSigns.flatMap(([sign, words]) => words.split(',').map((word) => [word, sign])));
const longestSpoken = 400;
const longestAddress = 254;
const local = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const label = /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;

/**
 * The e-mail address that a text spells: as it is written (`Jo@Example.com`), or as it is said (`jo at example dot com`,
 * letters apart). In lower case; null when it is none.
 */
export function readEmailAddress(text: string): string | null {
  if (text.length > longestSpoken) return null;
  const plain = text
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/^mailto:/, '')
    .replace(/^[<"'(\s]+|[>"')\s.,;!?]+$/g, '')
    .replace(/[([{]\s*(at|dot)\s*[)\]}]/g, ' $1 ');
  // Transcribers write letters that are said one by one as `J. O.` or `J, O,`.
  const words = plain.split(/\s+/).map((word) => word.replace(/^([\p{L}\p{N}])\.$|[,;]+$/u, '$1'));
  const address = withSigns(words).join('');
  const [name, domain, ...more] = address.split('@');
  if (!name || !domain || more.length > 0 || address.length > longestAddress) return null;
  return name.length <= 64 && local.test(name) && isDomain(domain) ? address : null;
}

/** Its letters and signs one by one, as it is read back: `J, O, @, …`. */
export function spellOut(address: string): string {
  return Array.from(address).join(', ').toUpperCase();
}

/** Words that stand for a sign are two at most. */
function withSigns(words: readonly string[]): string[] {
  const signs: string[] = [];
  for (let place = 0; place < words.length; place += 1) {
    const two = signOf.get(`${words[place]} ${words[place + 1] ?? ''}`);
    if (two) place += 1;
    signs.push(two ?? signOf.get(words[place] ?? '') ?? words[place] ?? '');
  }
  return signs;
}

function isDomain(domain: string): boolean {
  const labels = domain.split('.');
  const last = labels.at(-1) ?? '';
  return labels.length >= 2 && labels.every((one) => label.test(one)) && /^(?!\p{N}+$).{2,}$/u.test(last);
}
