import { countWords } from '../words';

/** How the text of a reply is cut while it streams in. */
export interface ClauseRule {
  /** Also at commas, colons and dashes, not only where a sentence ends. */
  readonly atPauses: boolean;
  /** Fewer words than these wait for more: at a period, and at any other mark. */
  readonly minWordsAtPeriod: number;
  readonly minWords: number;
}

/** The first clause goes to speech at its first natural pause: it decides how long the caller waits. */
export const firstClause: ClauseRule = { atPauses: true, minWordsAtPeriod: 2, minWords: 2 };
/** The rest goes by sentences, short ones together: that sounds better. */
export const laterSentences: ClauseRule = { atPauses: false, minWordsAtPeriod: 4, minWords: 3 };

/** A text without any mark is cut at a space before this. */
const maxChars = 240;

const abbreviations = new Set(
  'mr,mrs,ms,dr,prof,st,jr,sr,vs,etc,no,nr,inc,ltd,co,dept,approx,apt,ave,blvd,rd,e.g,i.e,a.m,p.m,u.s,u.k,z.b,d.h,bzw,usw,ca,sra,ud,uds,env,mme,mlle,jan,feb,apr,aug,sep,sept,oct,nov,dec,mon,tue,tues,wed,thu,thur,thurs,fri,ext,tel,appt,ste,lt,sgt,capt,gen,rev,hwy,pkwy,ln,ct,sig,dott,sr.ra,dra,núm,avda,av,inkl,hr,fr,std,bijv,mevr,dhr,enz,ecc,jl,bpk,dll'.split(
    ',',
  ),
);
/** These may well end a sentence: a capital behind them tells. */
const mayEnd = new Set(['a.m', 'p.m', 'etc', 'usw', 'ecc', 'enz', 'dll']);
const sentenceEnds = '.!?。！？।';
const pauses = ',;:—–、，；：';
const closers = '"\'”’)]»」';
/** Digits that no letter stands before: `room b12,` ends a clause, `12,` may go on. */
const endsInNumber = /(?<![\p{L}\p{N}.,])[\d.,]*\d$/u;
/** A word that makes the colon behind it the beginning of an address. */
const scheme = /(?:^|[^\p{L}])(?:https?|wss?|ftp|mailto|tel|sip)$/iu;

/**
 * The next piece of a streamed text: how many characters to take off its front, or 0 when the text must grow first.
 * A mark that can only be the end of a clause counts as soon as it is there: waiting for what follows would cost a
 * token's time. Never cuts within numbers, times, abbreviations, list markers or web addresses.
 */
export function nextClauseLength(text: string, rule: ClauseRule): number {
  for (let index = 0; index < Math.min(text.length, maxChars); index += 1) {
    const char = text.charAt(index);
    const kind = markAt(text, index, char);
    if (kind === 'unsure') return 0;
    if (kind === 'none' || (kind === 'pause' && !rule.atPauses)) continue;
    const end = afterClosers(text, index + 1);
    const minWords = char === '.' ? rule.minWordsAtPeriod : rule.minWords;
    const words = countWords(text.slice(0, index));
    if (words > 0 && (kind === 'line' || words >= minWords)) return end;
  }
  return text.length > maxChars ? lastGap(text) : 0;
}

/** Where to cut a text without marks: between words, and not between two that belong together, like those of a number. */
function lastGap(text: string): number {
  for (let at = text.lastIndexOf(' ', maxChars); at > maxChars / 2; at = text.lastIndexOf(' ', at - 1)) {
    if (!/[\d.)]$/.test(text.slice(0, at)) && !/^ [\d(+$€£]/.test(text.slice(at, at + 2))) return at + 1;
  }
  return text.lastIndexOf(' ', maxChars) + 1 || maxChars;
}

type Mark = 'none' | 'sentence' | 'pause' | 'line' | 'unsure';

function markAt(text: string, index: number, char: string): Mark {
  if (char === '\n') return 'line';
  if (char === '-') return spacedDash(text, index);
  const isSentence = sentenceEnds.includes(char);
  if (!isSentence && !pauses.includes(char)) return 'none';
  if (withinAddress(text, index)) return 'none';
  if (char === '–' || char === '—') return longDash(text, index);
  const mark = isSentence ? 'sentence' : 'pause';
  const next = text.charAt(index + 1);
  const previous = text.charAt(index - 1);
  if (char === '.') return periodAt(text, index, next);
  if (char === ':' && scheme.test(text.slice(0, index))) return 'none';
  // Within a number, or a face like `:)`, a mark is none: the next character tells.
  const needsNext =
    char === ':' ? !/\p{L}/u.test(previous) : char === ',' && endsInNumber.test(text.slice(0, index));
  if (!needsNext) return next && char === ':' && !/\s/.test(next) ? 'none' : mark;
  if (!next) return 'unsure';
  return /\s/.test(next) ? mark : 'none';
}

/** `10–15` and `a.m.–5` are ranges. */
function longDash(text: string, index: number): Mark {
  const next = text.charAt(index + 1);
  if (!next) return /[\d.]$/.test(text.slice(0, index)) ? 'unsure' : 'pause';
  return /[\d$€£]/.test(next) ? 'none' : 'pause';
}

function spacedDash(text: string, index: number): Mark {
  return text.charAt(index - 1) === ' ' &&
    text.charAt(index + 1) === ' ' &&
    countWords(text.slice(0, index)) > 0
    ? 'pause'
    : 'none';
}

/** A period ends a sentence only when it is known that no digit or letter follows it. */
function periodAt(text: string, index: number, next: string): Mark {
  const word =
    /[^\s]*$/
      .exec(text.slice(0, index))?.[0]
      .toLowerCase()
      .replace(/^["'(]+/, '') ?? '';
  if (mayEnd.has(word)) {
    const after = text.charAt(index + 2);
    if (!next || (/\s/.test(next) && !after)) return 'unsure';
    return /\s/.test(next) && /[\p{Lu}"“]/u.test(after) ? 'sentence' : 'none';
  }
  if (abbreviations.has(word) || /^\p{L}$/u.test(word) || text.charAt(index - 1) === '.') return 'none';
  // `1.` at the start of a sentence counts the items of a list.
  if (/(?:^|[\n.!?:])\s*\d+$/.test(text.slice(0, index))) return 'none';
  if (!next) return 'unsure';
  return /\s/.test(next) || closers.includes(next) ? 'sentence' : 'none';
}

function withinAddress(text: string, index: number): boolean {
  const token = /[^\s]*$/.exec(text.slice(0, index))?.[0] ?? '';
  const next = text.charAt(index + 1);
  return /:\/\/|^www\.|\]\(|^[[(]*https?$|\w\.[a-z]{2,}\//i.test(token) && !/^\s/.test(next);
}

function afterClosers(text: string, from: number): number {
  let end = from;
  while (end < text.length && (sentenceEnds + closers).includes(text.charAt(end))) end += 1;
  return end;
}
