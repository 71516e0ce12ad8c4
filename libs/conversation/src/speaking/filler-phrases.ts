/** What an agent says while the caller waits for it. */
export interface FillerPhrases {
  /** Short, when nothing came for a moment. */
  readonly short: readonly string[];
  /** When it takes longer, e.g. because a tool runs. */
  readonly still: readonly string[];
}

const phrases = (short: string, still: string): FillerPhrases => ({
  short: short.split('|'),
  still: still.split('|'),
});

const english = phrases(
  'Let me see.|One moment.|Just a second.|Hmm, let me check.|Okay, one second.|Let me have a look.',
  "I'm still checking, one moment please.|This takes a little longer, please bear with me.|Thank you for waiting, I'm still on it.",
);

const byCode: Readonly<Record<string, FillerPhrases>> = {
  en: english,
  es: phrases(
    'A ver.|Un momento.|Déjeme ver.|Un segundo.|Permítame un momento.',
    'Sigo comprobándolo, un momento, por favor.|Tarda un poco más, gracias por esperar.',
  ),
  de: phrases(
    'Moment, bitte.|Ich schaue mal.|Einen Augenblick.|Mal sehen.|Einen kleinen Moment.',
    'Ich prüfe das noch, einen Moment bitte.|Es dauert noch einen Augenblick, danke für Ihre Geduld.',
  ),
  fr: phrases(
    'Voyons voir.|Un instant.|Je regarde.|Une seconde.|Laissez-moi voir.',
    'Je vérifie encore, un instant, je vous prie.|Cela prend un peu plus de temps, merci de patienter.',
  ),
  pt: phrases(
    'Deixe-me ver.|Um momento.|Um instante.|Só um segundo.|Vou verificar.',
    'Ainda estou verificando, um momento, por favor.|Está demorando um pouco mais, obrigado por aguardar.',
  ),
  it: phrases(
    'Vediamo.|Un momento.|Un attimo.|Mi faccia vedere.|Solo un secondo.',
    'Sto ancora controllando, un attimo per favore.|Ci vuole ancora un momento, grazie per l’attesa.',
  ),
  nl: phrases(
    'Even kijken.|Een momentje.|Eens zien.|Een ogenblik.|Ik kijk even.',
    'Ik ben het nog aan het nakijken, een moment alstublieft.|Het duurt iets langer, dank u voor het wachten.',
  ),
  hi: phrases(
    'एक मिनट।|देखती हूँ।|ज़रा रुकिए।|एक क्षण।|मैं देख रही हूँ।',
    'मैं अभी भी देख रही हूँ, कृपया एक क्षण रुकिए।|थोड़ा और समय लग रहा है, इंतज़ार के लिए धन्यवाद।',
  ),
  id: phrases(
    'Sebentar, ya.|Saya cek dulu.|Mohon tunggu.|Satu menit.|Coba saya lihat.',
    'Saya masih memeriksa, mohon tunggu sebentar.|Ini perlu sedikit waktu lagi, terima kasih sudah menunggu.',
  ),
  ja: phrases(
    '少々お待ちください。|確認いたします。|えっと、そうですね。|お調べします。|少しお待ちください。',
    'ただいま確認しております。少々お待ちください。|もう少しお時間をいただいております。',
  ),
  ko: phrases(
    '잠시만요.|확인해 볼게요.|잠깐만요.|네, 한번 볼게요.|조금만 기다려 주세요.',
    '아직 확인 중입니다. 잠시만 기다려 주세요.|조금 더 걸리네요. 기다려 주셔서 감사합니다.',
  ),
};

/** The phrases of a language by its ISO 639-1 code, also with a region; English when it is not known. */
export function fillerPhrases(language: string): FillerPhrases {
  return byCode[language.toLowerCase().split('-')[0] ?? ''] ?? english;
}
