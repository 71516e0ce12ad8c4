import { normaliseWords } from './words';

/** What a conversation must know of a language. Words are in normalised form. */
export interface LanguageFacts {
  /** Sounds of listening. Alone they never ask for the turn. */
  readonly backchannels: ReadonlySet<string>;
  /** Sounds of thinking: not even an answer to a question. */
  readonly hesitations: ReadonlySet<string>;
  /** Words that stop an agent wherever they stand. */
  readonly stops: ReadonlySet<string>;
  readonly greetings: ReadonlySet<string>;
  readonly farewells: ReadonlySet<string>;
  readonly sentences: FixedSentences;
}

/** What the agent says without asking a model. */
export interface FixedSentences {
  readonly goOn: string;
  readonly areYouThere: string;
  readonly apology: string;
  readonly outOfTime: string;
}

interface Words {
  readonly back: string;
  readonly think: string;
  readonly stop: string;
  readonly hello: string;
  readonly bye: string;
  readonly sentences: readonly [goOn: string, areYouThere: string, apology: string, outOfTime: string];
}

const english: Words = {
  back: 'yes,yeah,yep,yup,ya,ok,okay,k,right,sure,uh huh,uhuh,uhhuh,mm hm,mmhm,mhm,mm hmm,mmhmm,mm,i see,got it,of course,alright,all right,fine,good,great,nice,cool,perfect,really,wow,oh,ah,aha,thats right,thats nice,makes sense,exactly,true,quite,thank you,thanks,thank you so much,thank you very much,thanks so much,thanks a lot,sounds good,sounds great,that sounds good,that makes sense,gotcha,i understand,understood,excellent,awesome,wonderful,absolutely,correct,definitely,very good,very nice,fair enough,lovely,amazing,interesting,mkay,no problem,no worries',
  think: 'um,umm,uh,uhh,er,erm,hm,hmm,hmmm,m',
  stop: 'stop,wait,no,nope,hold on,hang on,one moment,one second,just a second,just a moment,excuse me,sorry,pardon,actually,but,quiet,shut up,enough,cancel,help',
  hello: 'hello,hi,hey,good morning,good afternoon,good evening,speaking,hello there',
  bye: 'bye,goodbye,good bye,bye bye,bye now,see you,see ya,see you then,take care,you too,same to you,have a nice day,have a good day,have a great day,have a good one,good night,thanks bye,no thank you,no thanks,no thats all,no thats it,thats all,thats it,im good',
  sentences: [
    'Sorry, please go on.',
    'Are you still there?',
    'I am sorry, I am having technical difficulties. Please call again later. Goodbye.',
    'I am sorry, we have run out of time. Goodbye.',
  ],
};

const others: Readonly<Record<string, Words>> = {
  es: {
    back: 'sí,si,ok,okay,vale,claro,bueno,ya,ajá,aja,mm,mhm,ya veo,entiendo,de acuerdo,muy bien,bien,perfecto,gracias,muchas gracias,no hay problema,exacto',
    think: 'eh,em,este,mmm,hm,hmm',
    stop: 'para,pare,espera,espere,no,un momento,perdón,perdone,disculpe,alto,basta,pero,ayuda',
    hello: 'hola,diga,dígame,aló,buenos días,buenas tardes,buenas',
    bye: 'adiós,adios,chao,hasta luego,igualmente,buenas noches,no gracias,no nada más,eso es todo,que tenga buen día',
    sentences: [
      'Perdón, continúe, por favor.',
      '¿Sigue ahí?',
      'Lo siento, tengo problemas técnicos. Por favor, llame más tarde. Adiós.',
      'Lo siento, se nos ha acabado el tiempo. Adiós.',
    ],
  },
  de: {
    back: 'ja,jo,ok,okay,gut,genau,klar,mhm,mm,aha,achso,ach so,verstehe,stimmt,richtig,alles klar,sicher,danke,danke schön,vielen dank,kein problem,super,schön',
    think: 'äh,ähm,öhm,hm,hmm',
    stop: 'stopp,stop,halt,warte,warten sie,moment,nein,nee,entschuldigung,aber,hilfe',
    hello: 'hallo,guten tag,guten morgen,grüß gott,ja hallo',
    bye: 'tschüss,tschüs,auf wiederhören,auf wiedersehen,ebenso,ciao,nein danke,das war alles,das wars,schönen tag noch,gleichfalls,ihnen auch',
    sentences: [
      'Entschuldigung, bitte fahren Sie fort.',
      'Sind Sie noch da?',
      'Es tut mir leid, ich habe technische Schwierigkeiten. Bitte rufen Sie später noch einmal an. Auf Wiederhören.',
      'Es tut mir leid, unsere Zeit ist um. Auf Wiederhören.',
    ],
  },
  fr: {
    back: 'oui,ouais,ok,okay,daccord,bien,très bien,bien sûr,mm,mhm,je vois,exact,voilà,merci,merci beaucoup,pas de problème,parfait,super',
    think: 'euh,heu,hum,hm,hmm',
    stop: 'stop,arrêtez,attendez,attends,non,un instant,un moment,pardon,excusez moi,mais,aide',
    hello: 'allô,allo,bonjour,bonsoir',
    bye: 'au revoir,à bientôt,salut,vous aussi,bonne journée,bonne soirée,non merci,cest tout',
    sentences: [
      'Pardon, continuez, je vous en prie.',
      'Vous êtes toujours là ?',
      'Je suis désolé, je rencontre un problème technique. Veuillez rappeler plus tard. Au revoir.',
      'Je suis désolé, notre temps est écoulé. Au revoir.',
    ],
  },
  pt: {
    back: 'sim,ok,okay,tá,tá bom,certo,claro,aham,uhum,mm,mhm,entendi,isso,bem,obrigado,obrigada,muito obrigado,muito obrigada,sem problema,perfeito',
    think: 'é,ah,hum,hm,hmm',
    stop: 'pare,para,espera,espere,não,um momento,desculpe,com licença,mas,ajuda',
    hello: 'alô,olá,oi,bom dia,boa tarde,boa noite',
    bye: 'tchau,adeus,até logo,igualmente,não obrigado,não obrigada,é só isso,bom dia para você',
    sentences: [
      'Desculpe, continue, por favor.',
      'Ainda está aí?',
      'Desculpe, estou com dificuldades técnicas. Por favor, ligue mais tarde. Adeus.',
      'Desculpe, o nosso tempo acabou. Adeus.',
    ],
  },
  it: {
    back: 'sì,si,ok,okay,va bene,certo,esatto,mm,mhm,capisco,bene,giusto,grazie,grazie mille,perfetto',
    think: 'ehm,eh,uhm,hm,hmm',
    stop: 'ferma,fermi,aspetta,aspetti,no,un attimo,un momento,scusi,scusa,ma,aiuto',
    hello: 'pronto,ciao,buongiorno,buonasera,salve',
    bye: 'arrivederci,a presto,altrettanto,buona giornata,buona serata,no grazie,è tutto',
    sentences: [
      'Scusi, prego, continui.',
      'È ancora lì?',
      'Mi dispiace, ho difficoltà tecniche. La prego di richiamare più tardi. Arrivederci.',
      'Mi dispiace, il tempo è finito. Arrivederci.',
    ],
  },
  nl: {
    back: 'ja,jawel,ok,oké,oke,okay,goed,prima,precies,mm,mhm,ik snap het,zeker,klopt,bedankt,dank je,dank u,dank u wel,dank je wel,geen probleem',
    think: 'eh,uh,uhm,hm,hmm',
    stop: 'stop,wacht,nee,momentje,een moment,sorry,pardon,maar,help',
    hello: 'hallo,hoi,goedemorgen,goedemiddag,goedenavond',
    bye: 'dag,doei,tot ziens,insgelijks,fijne dag nog,nee dank u,nee bedankt,dat was alles',
    sentences: [
      'Sorry, gaat u verder.',
      'Bent u er nog?',
      'Het spijt me, ik heb technische problemen. Belt u later nog eens. Tot ziens.',
      'Het spijt me, onze tijd is om. Tot ziens.',
    ],
  },
  hi: {
    back: 'हाँ,हां,जी,जी हाँ,अच्छा,ठीक,ठीक है,ओके,सही,हम्म,धन्यवाद',
    think: 'उम,अम्म,हम',
    stop: 'रुको,रुकिए,नहीं,एक मिनट,माफ़ कीजिए,लेकिन,बस',
    hello: 'हैलो,हेलो,नमस्ते',
    bye: 'अलविदा,बाय,फिर मिलेंगे',
    sentences: [
      'माफ़ कीजिए, कृपया आगे बोलिए।',
      'क्या आप अभी भी हैं?',
      'मुझे खेद है, तकनीकी समस्या आ रही है। कृपया बाद में फिर कॉल करें। नमस्ते।',
      'मुझे खेद है, हमारा समय समाप्त हो गया है। नमस्ते।',
    ],
  },
  id: {
    back: 'ya,iya,oke,ok,okay,baik,betul,benar,mm,mhm,tentu,terima kasih,terima kasih banyak,tidak apa apa,oh begitu',
    think: 'eh,em,hm,hmm',
    stop: 'berhenti,tunggu,tidak,sebentar,maaf,permisi,tapi,tolong',
    hello: 'halo,hai,selamat pagi,selamat siang,selamat malam',
    bye: 'sampai jumpa,dadah,selamat tinggal,tidak terima kasih,itu saja',
    sentences: [
      'Maaf, silakan lanjutkan.',
      'Apakah Anda masih di sana?',
      'Maaf, saya mengalami kendala teknis. Silakan hubungi lagi nanti. Sampai jumpa.',
      'Maaf, waktu kita sudah habis. Sampai jumpa.',
    ],
  },
  ja: {
    back: 'はい,はいはい,ええ,うん,うんうん,へえ,そう,そうです,そうですね,そうですか,了解です,なるほど,オーケー,わかりました,ありがとう,ありがとうございます,ありがとうございました',
    think: 'あの,あのー,えっと,えーと,えー,うーん,ええと',
    stop: '待って,待ってください,ちょっと待って,いいえ,いや,すみません,違います,でも',
    hello: 'もしもし,こんにちは,おはようございます',
    bye: 'さようなら,失礼します,では',
    sentences: [
      '失礼しました。どうぞお続けください。',
      'もしもし、聞こえますか？',
      '申し訳ございません、技術的な問題が発生しております。後ほどおかけ直しください。失礼いたします。',
      '申し訳ございません、お時間となりました。失礼いたします。',
    ],
  },
  ko: {
    back: '네,네네,예,응,아,그렇구나,그래요,그렇군요,맞아요,알겠습니다,오케이,좋아요,감사합니다',
    think: '음,어,그',
    stop: '잠깐,잠깐만요,잠시만요,기다려요,아니요,아니,죄송합니다,그런데',
    hello: '여보세요,안녕하세요',
    bye: '안녕히 계세요,안녕히 가세요,끊을게요',
    sentences: [
      '죄송합니다. 계속 말씀해 주세요.',
      '아직 계신가요?',
      '죄송합니다. 기술적인 문제가 발생했습니다. 나중에 다시 전화해 주세요. 안녕히 계세요.',
      '죄송합니다. 시간이 다 되었습니다. 안녕히 계세요.',
    ],
  },
};

const asSet = (list: string): ReadonlySet<string> => new Set(list.split(',').map(normaliseWords));

function facts(words: Words): LanguageFacts {
  const [goOn, areYouThere, apology, outOfTime] = words.sentences;
  return {
    backchannels: asSet(words.back),
    hesitations: asSet(words.think),
    stops: asSet(words.stop),
    greetings: asSet(words.hello),
    farewells: asSet(words.bye),
    sentences: { goOn, areYouThere, apology, outOfTime },
  };
}

const inEnglish = facts(english);
const byCode = new Map(Object.entries(others).map(([code, words]) => [code, facts(words)]));

/** The facts of a language by its ISO 639-1 code, also with a region (`de-CH`); English when it is not known. */
export function languageFacts(language: string): LanguageFacts {
  return byCode.get(language.toLowerCase().split('-')[0] ?? '') ?? inEnglish;
}
