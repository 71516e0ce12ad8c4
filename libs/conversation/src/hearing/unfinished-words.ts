import { languageFacts } from '../languages';
import { normaliseWords } from '../words';

interface Endings {
  /** Words that no sentence ends with, whatever mark stands behind them. */
  readonly open: ReadonlySet<string>;
  /** Words that a sentence goes on after, unless a mark ends it. */
  readonly leaning: ReadonlySet<string>;
  /** Beginnings that say nothing yet, as the last words of a turn. */
  readonly openings: readonly string[];
}

/** Of each language: `open | leaning | openings`. */
const lists: Readonly<Record<string, readonly [open: string, leaning: string, openings: string]>> = {
  en: [
    'a,an,the,my,your,our,its,and,or,but,because,if,whose,than,lets,every,um',
    'to,from,for,with,of,at,in,on,by,into,about,between,under,near,around,until,since,without,per,via,i,we,they,he,she,when,while,as',
    'i want,i need,i would like,id like,i am looking for,can i,could i,can you,could you,would you,my name is,my number is,phone number is,my address is,my email is,e mail is,email address is,mail address is,date of birth is,card number is,my birthday is,i was wondering if,it is for,the reason is',
  ],
  de: [
    'und,oder,weil,wenn,dass,mein,meine,meinen,meinem,meiner,unser,unsere,im,am,zum,zur,vom,beim,ins,sondern,einem',
    'der,die,den,dem,des,ein,eine,einen,einer,von,für,bei,nach,bis,seit,zwischen,ohne,gegen,ich,wir,aber,mit',
    'ich möchte,ich hätte gerne,ich hätte gern,ich brauche,ich will,können sie,könnten sie,kann ich,mein name ist,meine nummer ist,telefonnummer ist,meine adresse ist,mail ist,es geht um',
  ],
  fr: [
    'le,les,de,du,des,mon,ma,mes,notre,votre,et,ou,que,parce,au,aux,à',
    'la,un,une,pour,avec,dans,sur,sans,chez,par,je,nous,mais,si,quand,vers',
    'je voudrais,jaimerais,je veux,est ce que,pouvez vous,pourriez vous,je mappelle,mon numéro est,mon numéro cest le,mon nom est,mon adresse est,mail est',
  ],
  es: [
    'el,los,las,un,de,del,al,mi,mis,su,sus,y,o,que,porque,con,en,a,para,por',
    'la,una,pero,si,como,yo,sobre,desde,hasta,entre,sin,cuando',
    'quiero,quisiera,me gustaría,necesito,puede,podría,me llamo,mi nombre es,mi número es,teléfono es,mi dirección es,correo es',
  ],
  pt: [
    'o,os,de,do,da,dos,das,na,nos,nas,ao,e,ou,que,porque,com,em,para,por',
    'a,as,um,uma,mas,se,meu,minha,eu,no,sobre,desde,até,quando,sem',
    'quero,queria,eu gostaria de,gostaria,preciso,pode,poderia,me chamo,meu nome é,meu número é,telefone é,meu endereço é,email é',
  ],
  it: [
    'il,lo,gli,un,di,del,della,dei,delle,al,alla,nel,nella,e,o,con,per,da,in',
    'la,le,una,mio,mia,che,ma,se,io,a,su,tra,fra,quando,senza,perché',
    'vorrei,voglio,ho bisogno,può,potrebbe,mi chiamo,il mio nome è,il mio numero è,telefono è,il mio indirizzo è,mail è',
  ],
  nl: [
    'de,en,mijn,omdat,onze',
    'het,een,of,maar,als,voor,met,van,naar,bij,ik,wij,we,tot,zonder,tussen',
    'ik wil,ik wil graag,ik zou graag,ik heb nodig,kunt u,kan ik,mijn naam is,mijn nummer is,telefoonnummer is,mijn adres is,mail is',
  ],
  hi: ['और,या,लेकिन,क्योंकि,कि,अगर,मेरा,मेरी,मेरे', 'मैं,हम,तो,जब', 'मेरा नाम,मेरा नंबर,मुझे'],
  id: [
    'dan,atau,tapi,karena,di,ke,dari,untuk,dengan,yang',
    'saya,kami,kalau,jika,pada',
    'saya mau,saya ingin,nama saya,nomor saya,bisa',
  ],
  ja: ['そして,それで,あと', '', ''],
  ko: ['그리고,하고,그래서,근데', '저는,제가', '제 이름은,제 번호는'],
};

/** Endings of words, in scripts that write no space before a particle. */
const openSuffixes: Readonly<Record<string, RegExp>> = {
  ja: /(?:を|番号は|名前は|住所は|それは|私は|えっと|ええと|えーと|あのー?)$/u,
  ko: /(?:을|를|번호는|이름은|주소는)$/u,
};

/** Sounds of thinking that are words as well. */
const ambiguousHesitations = new Set(['este', 'é', 'eh']);
/** `I'd love to` and `go on` are whole. */
const wholeEndings =
  /(?:love to|have to|glad to|happy to|come on|go on|hold on|hang on|log in|check in|come in|sign in|so am i|so do i|where to|what for|^(?:since )?when)$/u;
/** `Where are you from` ends as it should. */
const asksWhere = /^(?:so |and |but |okay |well )?(?:what|where|who|whom|which|how)\b/u;

const compiled = new Map(
  Object.entries(lists).map(([code, [open, leaning, openings]]): [string, Endings] => [
    code,
    { open: setOf(open), leaning: setOf(leaning), openings: [...setOf(openings)] },
  ]),
);
const unknownLanguage: Endings = { open: new Set(), leaning: new Set(), openings: [] };

/**
 * True when words are plainly not all: they end in a sound of thinking, a comma, a word that something must follow, or in
 * the middle of a number or an address. `asked`: the agent's last words, which tell what is being dictated.
 */
export function isUnfinished(text: string, language: string, asked = ''): boolean {
  const given = text.trim();
  const said = normaliseWords(given);
  if (!said) return false;
  if (/[,;:、，،–—…-]["'”’)]*$|\.\.\.$/u.test(given)) return true;
  const code = language.toLowerCase().split('-')[0] ?? '';
  if (endsThinking(said, code)) return true;
  if (isHalfDictated(given, said, asked)) return true;
  // A question mark is no accident, as a period may be.
  if (/[?？؟]["'”’)]*$/u.test(given)) return false;
  const isClosed = /[.!。！।]["'”’)]*$/u.test(given);
  return endsOpen(given, said, code, isClosed);
}

/** True when the words end as a sentence does. */
export function endsSentence(text: string): boolean {
  return /[.!?。！？।؟]["'”’)]*$/u.test(text.trim()) && !/\.\.\.$/.test(text.trim());
}

function endsThinking(said: string, code: string): boolean {
  const last = lastWordOf(said);
  return languageFacts(code).hesitations.has(last) && !ambiguousHesitations.has(last);
}

function endsOpen(given: string, said: string, code: string, isClosed: boolean): boolean {
  const endings = compiled.get(code) ?? unknownLanguage;
  const last = lastWordOf(said);
  if (endings.open.has(last)) return true;
  if (openSuffixes[code]?.test(said)) return !isClosed;
  // `I'd`, `we'll`, `l'` and their like: the word that they belong to is missing.
  if (code === 'en' && /\p{L}['’](?:d|ll|ve|m|re)[.]?$/iu.test(given)) return true;
  if (/\p{L}['’]$/u.test(given) && (code === 'fr' || code === 'it')) return true;
  if (isClosed) return false;
  if (endings.openings.some((opening) => said === opening || said.endsWith(` ${opening}`))) return true;
  if (!endings.leaning.has(last)) return false;
  return code !== 'en' || !(wholeEndings.test(said) || asksWhere.test(said));
}

const phones =
  /phone|mobile|\bcell\b|reach you|call you back|telefon|handy|teléfono|móvil|celular|téléphone|portable|telefone|telemóvel|cellulare|telefoon|मोबाइल|फ़ोन|फोन|telepon|電話|전화|핸드폰/iu;
const mails = /e[- ]?mail|correo|courriel|メール|이메일|ईमेल/iu;
/** No phone number that people dictate is shorter. */
const shortestPhoneDigits = 7;
const digitWords = new Set(
  [
    'zero,oh,one,two,three,four,five,six,seven,eight,nine',
    'null,eins,zwei,zwo,drei,vier,fünf,sechs,sieben,acht,neun',
    'cero,uno,dos,tres,cuatro,cinco,seis,siete,ocho,nueve',
    'zéro,un,deux,trois,quatre,cinq,six,sept,huit,neuf',
    'um,dois,três,quatro,sete,oito,nove,due,tre,quattro,cinque,sei,sette,otto',
    'nul,een,twee,drie,vijf,zes,zeven,negen',
  ].flatMap((words) => words.split(',')),
);
const atSign = /@|(?<=[\p{L}\p{N}] )(?:at|arroba|chiocciola|arobase|ät|apenstaartje)(?= |$)/gu;
const dotAndMore =
  /(?:\.|[\p{L}\p{N}] (?:dot|punto|punkt|point|ponto|punt)) ?\p{L}{2,}(?: (?:dot|punto|punkt|point|ponto|punt) \p{L}{2,})*$/u;

function isHalfDictated(given: string, said: string, asked: string): boolean {
  const ownPhone = phones.test(said);
  if (ownPhone || phones.test(asked)) {
    const digits = trailingDigits(said);
    if (digits >= (ownPhone ? 1 : 3) && digits < shortestPhoneDigits) return true;
  }
  return (mails.test(said) || mails.test(asked)) && isHalfAddress(given);
}

/** Digits at the end of the words, as figures or as words. */
function trailingDigits(said: string): number {
  const tokens = said.split(' ');
  let digits = 0;
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    const token = tokens[index] ?? '';
    if (/^\p{N}+$/u.test(token)) digits += token.length;
    else if (digitWords.has(token)) digits += 1;
    else break;
  }
  return digits;
}

function isHalfAddress(given: string): boolean {
  const address = given
    .toLowerCase()
    .replace(/[.!?]$/, '')
    .trim();
  if (/(?:^| )(?:dot|underscore|punto|punkt|ponto|unterstrich)$/u.test(address)) return true;
  const signs = [...address.matchAll(atSign)];
  const sign = signs.at(-1);
  // A name that is spelled out, and no sign yet.
  if (!sign) return /(?:^|[ -])\p{L}[ -]\p{L}$/u.test(address);
  return !dotAndMore.test(address.slice(sign.index));
}

function lastWordOf(said: string): string {
  return said.slice(said.lastIndexOf(' ') + 1);
}

function setOf(list: string): ReadonlySet<string> {
  return new Set(list.split(',').map(normaliseWords).filter(Boolean));
}
