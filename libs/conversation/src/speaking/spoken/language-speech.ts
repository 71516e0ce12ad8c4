/** How a language says what is written in signs and digits. Plain numbers stay digits: voices read them well. */
export interface LanguageSpeech {
  /** What separates the fraction of a number; the other of `.` and `,` groups its digits. */
  readonly decimal: ',' | '.';
  /** One, many; by sign or code. */
  readonly currencies: Readonly<Record<string, readonly [one: string, many: string]>>;
  /** Between an amount and its hundredths, e.g. `3 euros con 20`. */
  readonly moneyJoin: string;
  readonly percent: string;
  readonly to: string;
  readonly and: string;
  readonly minus: string;
  readonly plus: string;
  readonly degrees: string;
  readonly units: Readonly<Record<string, string>>;
  /** Twelve. */
  readonly months: readonly string[];
  readonly time: (hour: number, minute: number) => string;
  /** What may stand behind a time and is said by it, as a pattern. */
  readonly timeWord: string;
  /** What may stand between hour and minute, as a pattern. */
  readonly timeMark: string;
  readonly date: (day: number, month: string, year: string) => string;
  readonly at: string;
  readonly dot: string;
  readonly dash: string;
  readonly underscore: string;
  /** Written form and what is said, the longest first. */
  readonly abbreviations: readonly (readonly [written: string, said: string])[];
}

const metric = (km: string, kg: string, m: string, min: string) => ({ km, kg, m, min, 'km/h': `${km}/h` });

const spanish: LanguageSpeech = {
  decimal: ',',
  currencies: {
    '€': ['euro', 'euros'],
    $: ['dólar', 'dólares'],
    '£': ['libra', 'libras'],
    '¥': ['yen', 'yenes'],
    eur: ['euro', 'euros'],
    usd: ['dólar', 'dólares'],
    mxn: ['peso', 'pesos'],
  },
  moneyJoin: ' con ',
  percent: 'por ciento',
  to: 'a',
  and: 'y',
  minus: 'menos',
  plus: 'más',
  degrees: 'grados',
  units: { ...metric('kilómetros', 'kilos', 'metros', 'minutos'), 'km/h': 'kilómetros por hora' },
  months: 'enero,febrero,marzo,abril,mayo,junio,julio,agosto,septiembre,octubre,noviembre,diciembre'.split(
    ',',
  ),
  time: (hour, minute) => (minute ? `${hour} y ${minute}` : `${hour} en punto`),
  timeWord: String.raw`\s?(?:h|hs|hrs|horas)\b`,
  timeMark: ':',
  date: (day, month, year) => `${day} de ${month}${year && ` de ${year}`}`,
  at: 'arroba',
  dot: 'punto',
  dash: 'guion',
  underscore: 'guion bajo',
  abbreviations: [
    ['Sra.', 'señora'],
    ['Sr.', 'señor'],
    ['Dra.', 'doctora'],
    ['Dr.', 'doctor'],
    ['Uds.', 'ustedes'],
    ['Ud.', 'usted'],
    ['p. ej.', 'por ejemplo'],
    ['etc.', 'etcétera'],
    ['Avda.', 'avenida'],
    ['Av.', 'avenida'],
    ['núm.', 'número'],
    ['tel.', 'teléfono'],
  ],
};

const german: LanguageSpeech = {
  decimal: ',',
  currencies: {
    '€': ['Euro', 'Euro'],
    $: ['Dollar', 'Dollar'],
    '£': ['Pfund', 'Pfund'],
    '¥': ['Yen', 'Yen'],
    eur: ['Euro', 'Euro'],
    usd: ['Dollar', 'Dollar'],
    chf: ['Franken', 'Franken'],
  },
  moneyJoin: ' ',
  percent: 'Prozent',
  to: 'bis',
  and: 'und',
  minus: 'minus',
  plus: 'plus',
  degrees: 'Grad',
  units: { ...metric('Kilometer', 'Kilogramm', 'Meter', 'Minuten'), 'km/h': 'Kilometer pro Stunde' },
  months: 'Januar,Februar,März,April,Mai,Juni,Juli,August,September,Oktober,November,Dezember'.split(','),
  time: (hour, minute) => (minute ? `${hour} Uhr ${minute}` : `${hour} Uhr`),
  timeWord: String.raw`\s?(?:Uhr|h)\b`,
  timeMark: '[:.]',
  date: (day, month, year) => `${day}. ${month}${year && ` ${year}`}`,
  at: 'at',
  dot: 'Punkt',
  dash: 'minus',
  underscore: 'Unterstrich',
  abbreviations: [
    ['z. B.', 'zum Beispiel'],
    ['z.B.', 'zum Beispiel'],
    ['d. h.', 'das heißt'],
    ['d.h.', 'das heißt'],
    ['bzw.', 'beziehungsweise'],
    ['usw.', 'und so weiter'],
    ['ca.', 'circa'],
    ['inkl.', 'inklusive'],
    ['Dr.', 'Doktor'],
    ['Prof.', 'Professor'],
    ['Hr.', 'Herr'],
    ['Fr.', 'Frau'],
    ['Nr.', 'Nummer'],
    ['Tel.', 'Telefon'],
    ['Std.', 'Stunden'],
  ],
};

const french: LanguageSpeech = {
  decimal: ',',
  currencies: {
    '€': ['euro', 'euros'],
    $: ['dollar', 'dollars'],
    '£': ['livre', 'livres'],
    '¥': ['yen', 'yens'],
    eur: ['euro', 'euros'],
    usd: ['dollar', 'dollars'],
    chf: ['franc', 'francs'],
  },
  moneyJoin: ' ',
  percent: 'pour cent',
  to: 'à',
  and: 'et',
  minus: 'moins',
  plus: 'plus',
  degrees: 'degrés',
  units: { ...metric('kilomètres', 'kilos', 'mètres', 'minutes'), 'km/h': 'kilomètres à l’heure' },
  months: 'janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre'.split(','),
  time: (hour, minute) => `${hour} heure${hour > 1 ? 's' : ''}${minute ? ` ${minute}` : ''}`,
  timeWord: String.raw`\s?(?:h|heures?)\b`,
  timeMark: String.raw`\s?[:hH]\s?`,
  date: (day, month, year) => `${day === 1 ? '1er' : day} ${month}${year && ` ${year}`}`,
  at: 'arobase',
  dot: 'point',
  dash: 'tiret',
  underscore: 'tiret bas',
  abbreviations: [
    ['Mmes', 'mesdames'],
    ['Mme', 'madame'],
    ['Mlle', 'mademoiselle'],
    ['Dr', 'docteur'],
    ['p. ex.', 'par exemple'],
    ['etc.', 'et cetera'],
    ['env.', 'environ'],
    ['av.', 'avenue'],
    ['bd.', 'boulevard'],
    ['tél.', 'téléphone'],
  ],
};

const portuguese: LanguageSpeech = {
  ...spanish,
  currencies: {
    R$: ['real', 'reais'],
    '€': ['euro', 'euros'],
    $: ['dólar', 'dólares'],
    '£': ['libra', 'libras'],
    '¥': ['iene', 'ienes'],
    brl: ['real', 'reais'],
    eur: ['euro', 'euros'],
    usd: ['dólar', 'dólares'],
  },
  moneyJoin: ' e ',
  percent: 'por cento',
  and: 'e',
  plus: 'mais',
  degrees: 'graus',
  units: { ...metric('quilômetros', 'quilos', 'metros', 'minutos'), 'km/h': 'quilômetros por hora' },
  months: 'janeiro,fevereiro,março,abril,maio,junho,julho,agosto,setembro,outubro,novembro,dezembro'.split(
    ',',
  ),
  time: (hour, minute) => (minute ? `${hour} e ${minute}` : `${hour} hora${hour === 1 ? '' : 's'}`),
  timeWord: String.raw`\s?(?:h|horas?)\b`,
  timeMark: String.raw`[:h]`,
  dot: 'ponto',
  dash: 'hífen',
  underscore: 'sublinhado',
  abbreviations: [
    ['Sra.', 'senhora'],
    ['Sr.', 'senhor'],
    ['Dra.', 'doutora'],
    ['Dr.', 'doutor'],
    ['p. ex.', 'por exemplo'],
    ['etc.', 'et cetera'],
    ['Av.', 'avenida'],
    ['nº', 'número'],
    ['tel.', 'telefone'],
  ],
};

const italian: LanguageSpeech = {
  ...spanish,
  currencies: {
    '€': ['euro', 'euro'],
    $: ['dollaro', 'dollari'],
    '£': ['sterlina', 'sterline'],
    '¥': ['yen', 'yen'],
    eur: ['euro', 'euro'],
    usd: ['dollaro', 'dollari'],
  },
  moneyJoin: ' e ',
  percent: 'per cento',
  and: 'e',
  minus: 'meno',
  plus: 'più',
  degrees: 'gradi',
  units: { ...metric('chilometri', 'chili', 'metri', 'minuti'), 'km/h': 'chilometri all’ora' },
  months:
    'gennaio,febbraio,marzo,aprile,maggio,giugno,luglio,agosto,settembre,ottobre,novembre,dicembre'.split(
      ',',
    ),
  time: (hour, minute) => (minute ? `${hour} e ${minute}` : `${hour} in punto`),
  timeWord: String.raw`\s?(?:h|ore)\b`,
  timeMark: '[:.]',
  date: (day, month, year) => `${day === 1 ? 'primo' : day} ${month}${year && ` ${year}`}`,
  at: 'chiocciola',
  dash: 'trattino',
  underscore: 'trattino basso',
  abbreviations: [
    ['Sig.ra', 'signora'],
    ['Sig.', 'signor'],
    ['Dott.ssa', 'dottoressa'],
    ['Dott.', 'dottor'],
    ['p. es.', 'per esempio'],
    ['ecc.', 'eccetera'],
    ['n.', 'numero'],
    ['tel.', 'telefono'],
  ],
};

const dutch: LanguageSpeech = {
  ...german,
  currencies: {
    '€': ['euro', 'euro'],
    $: ['dollar', 'dollar'],
    '£': ['pond', 'pond'],
    '¥': ['yen', 'yen'],
    eur: ['euro', 'euro'],
    usd: ['dollar', 'dollar'],
  },
  percent: 'procent',
  to: 'tot',
  and: 'en',
  minus: 'min',
  degrees: 'graden',
  units: { ...metric('kilometer', 'kilo', 'meter', 'minuten'), 'km/h': 'kilometer per uur' },
  months: 'januari,februari,maart,april,mei,juni,juli,augustus,september,oktober,november,december'.split(
    ',',
  ),
  time: (hour, minute) => (minute ? `${hour} uur ${minute}` : `${hour} uur`),
  timeWord: String.raw`\s?(?:uur|u)\b`,
  date: (day, month, year) => `${day} ${month}${year && ` ${year}`}`,
  at: 'apenstaartje',
  dot: 'punt',
  dash: 'streepje',
  underscore: 'liggend streepje',
  abbreviations: [
    ['bijv.', 'bijvoorbeeld'],
    ['d.w.z.', 'dat wil zeggen'],
    ['enz.', 'enzovoort'],
    ['dhr.', 'de heer'],
    ['mevr.', 'mevrouw'],
    ['dr.', 'dokter'],
    ['nr.', 'nummer'],
    ['ca.', 'circa'],
    ['incl.', 'inclusief'],
    ['tel.', 'telefoon'],
  ],
};

const hindi: LanguageSpeech = {
  decimal: '.',
  currencies: {
    '₹': ['रुपया', 'रुपये'],
    'Rs.': ['रुपया', 'रुपये'],
    $: ['डॉलर', 'डॉलर'],
    '€': ['यूरो', 'यूरो'],
    '£': ['पाउंड', 'पाउंड'],
    inr: ['रुपया', 'रुपये'],
  },
  moneyJoin: ' ',
  percent: 'प्रतिशत',
  to: 'से',
  and: 'और',
  minus: 'माइनस',
  plus: 'प्लस',
  degrees: 'डिग्री',
  units: metric('किलोमीटर', 'किलो', 'मीटर', 'मिनट'),
  months: 'जनवरी,फ़रवरी,मार्च,अप्रैल,मई,जून,जुलाई,अगस्त,सितंबर,अक्टूबर,नवंबर,दिसंबर'.split(','),
  time: (hour, minute) => (minute ? `${hour} बजकर ${minute} मिनट` : `${hour} बजे`),
  timeWord: String.raw`\s?बजे`,
  timeMark: ':',
  date: (day, month, year) => `${day} ${month}${year && ` ${year}`}`,
  at: 'ऐट',
  dot: 'डॉट',
  dash: 'डैश',
  underscore: 'अंडरस्कोर',
  abbreviations: [
    ['डॉ.', 'डॉक्टर'],
    ['श्री.', 'श्री'],
  ],
};

const indonesian: LanguageSpeech = {
  ...spanish,
  currencies: {
    Rp: ['rupiah', 'rupiah'],
    idr: ['rupiah', 'rupiah'],
    $: ['dolar', 'dolar'],
    '€': ['euro', 'euro'],
    '£': ['pound', 'pound'],
  },
  moneyJoin: ' koma ',
  percent: 'persen',
  to: 'sampai',
  and: 'dan',
  minus: 'minus',
  plus: 'plus',
  degrees: 'derajat',
  units: { ...metric('kilometer', 'kilogram', 'meter', 'menit'), 'km/h': 'kilometer per jam' },
  months: 'Januari,Februari,Maret,April,Mei,Juni,Juli,Agustus,September,Oktober,November,Desember'.split(','),
  time: (hour, minute) => (minute ? `${hour} lewat ${minute} menit` : `${hour} tepat`),
  timeWord: String.raw`\s?(?:WIB|WITA|WIT)\b`,
  timeMark: ':',
  date: (day, month, year) => `${day} ${month}${year && ` ${year}`}`,
  at: 'at',
  dot: 'titik',
  dash: 'strip',
  underscore: 'garis bawah',
  abbreviations: [
    ['dll.', 'dan lain-lain'],
    ['dsb.', 'dan sebagainya'],
    ['Jl.', 'Jalan'],
    ['No.', 'nomor'],
    ['dr.', 'dokter'],
    ['Bpk.', 'Bapak'],
  ],
};

const japanese: LanguageSpeech = {
  decimal: '.',
  currencies: {
    '¥': ['円', '円'],
    '￥': ['円', '円'],
    jpy: ['円', '円'],
    $: ['ドル', 'ドル'],
    '€': ['ユーロ', 'ユーロ'],
  },
  moneyJoin: '',
  percent: 'パーセント',
  to: 'から',
  and: 'と',
  minus: 'マイナス',
  plus: 'プラス',
  degrees: '度',
  units: metric('キロ', 'キログラム', 'メートル', '分'),
  months: '1月,2月,3月,4月,5月,6月,7月,8月,9月,10月,11月,12月'.split(','),
  time: (hour, minute) => (minute ? `${hour}時${minute}分` : `${hour}時`),
  timeWord: '',
  timeMark: '[:：]',
  date: (day, month, year) => `${year && `${year}年`}${month}${day}日`,
  at: 'アットマーク',
  dot: 'ドット',
  dash: 'ハイフン',
  underscore: 'アンダーバー',
  abbreviations: [],
};

const korean: LanguageSpeech = {
  ...japanese,
  currencies: {
    '₩': ['원', '원'],
    krw: ['원', '원'],
    $: ['달러', '달러'],
    '€': ['유로', '유로'],
  },
  percent: '퍼센트',
  to: '에서',
  and: '그리고',
  minus: '마이너스',
  plus: '플러스',
  degrees: '도',
  units: metric('킬로미터', '킬로그램', '미터', '분'),
  months: '1월,2월,3월,4월,5월,6월,7월,8월,9월,10월,11월,12월'.split(','),
  time: (hour, minute) => (minute ? `${hour}시 ${minute}분` : `${hour}시`),
  date: (day, month, year) => `${year && `${year}년 `}${month} ${day}일`,
  at: '골뱅이',
  dot: '점',
  dash: '하이픈',
  underscore: '밑줄',
};

/** By ISO 639-1. English has rules of its own. */
export const languageSpeech: Readonly<Record<string, LanguageSpeech>> = {
  es: spanish,
  de: german,
  fr: french,
  pt: portuguese,
  it: italian,
  nl: dutch,
  hi: hindi,
  id: indonesian,
  ja: japanese,
  ko: korean,
};
