/** The form of Azure's languages, for those without a region of their own: the one that most telephones speak. */
const locales: Readonly<Record<string, string>> = {
  en: 'en-US',
  es: 'es-ES',
  de: 'de-DE',
  hi: 'hi-IN',
  pt: 'pt-BR',
  fr: 'fr-FR',
  nl: 'nl-NL',
  id: 'id-ID',
  it: 'it-IT',
  ja: 'ja-JP',
  ko: 'ko-KR',
  zh: 'zh-CN',
  ru: 'ru-RU',
  pl: 'pl-PL',
  tr: 'tr-TR',
  sv: 'sv-SE',
  da: 'da-DK',
  no: 'nb-NO',
  fi: 'fi-FI',
  cs: 'cs-CZ',
  uk: 'uk-UA',
  el: 'el-GR',
  he: 'he-IL',
  ar: 'ar-EG',
  vi: 'vi-VN',
  th: 'th-TH',
};

/** The locale for an ISO 639-1 language, or undefined. A language that names its region already is taken as it is. */
export function azureLocale(language: string): string | undefined {
  return /^[a-z]{2}-[A-Z]{2}$/.test(language) ? language : locales[language];
}

/** The address of continuous recognition. The key goes into a header, though Azure takes it here as well. */
export function recognitionUrl(baseUrl: string, locale: string): string {
  const base = baseUrl.replace(/^http/, 'ws').replace(/\/+$/, '');
  const query = new URLSearchParams({ language: locale, format: 'simple' });
  return `${base}/speech/recognition/conversation/cognitiveservices/v1?${query.toString()}`;
}

/** Where a region's recognition is. */
export function regionUrl(region: string): string {
  return `wss://${region}.stt.speech.microsoft.com`;
}
