import { nameOf } from './names.mjs';

/**
 * What callers and the model say: an airline, eight turns, about three minutes. `NAME` is the turn's own name.
 * A number between words is a hesitation in ms: the caller is silent, and not done.
 */

const wordMs = 320;
/** From the end of the agent's reply to the caller's first word. */
export const thinkMs = { airline: 4_000, short: 1_500, high: 1_000, low: 1_000 };

const airline = [
  'Hello this is NAME and I have a flight to Boston with you on Friday morning that I want to change please.',
  [
    'I am NAME and I would like to move it to, um',
    800,
    'to the Saturday after that and early in the day if you can.',
  ],
  'Yes this is NAME again, the flight at seven in the morning sounds very good to me, what would that cost me then?',
  'My name is NAME and that is quite a lot of money, is there anything that is cheaper on the same day for me?',
  [
    'This is NAME, let me think about it, the one in the afternoon and, uh',
    650,
    'yes I will take that one then please.',
  ],
  'For NAME please take a seat at the window as far in front as you can get, I do not like the noise.',
  'And NAME has one large suitcase and a small bag to carry on board, is the suitcase in the price of it?',
  'That is all that NAME needs for today, thank you very much for your help and have a good day over there.',
];

/** For the loads: the same kind of turns, and none of them long. */
const short = [
  'This is NAME and I would like to change my flight.',
  'And NAME wants a seat at the window please.',
];

/** Said into the reply before. `low`: first a word that only says that one listens. */
const bargeIns = {
  high: ['Stop this is NAME and I want everything about another flight please.'],
  low: [['Okay', 500, 'wait this is NAME and I want everything about another flight please.']],
};

const reply = (name) =>
  `All right then Miss ${name}, your flight is changed. The new ticket costs forty dollars more. Shall I book it for you now then?`;
const longReply = (name) =>
  `All right then Miss ${name}, here is all that we have. There is one plane in the morning and it leaves at a good time for you. There is another plane at noon and it has many seats left. There is one more plane in the evening but it is nearly full. Which one of them do you want me to book?`;
/** What only the last sentence of a reply ends with. */
const replyEnds = /(?:now then|me to book)\W*$/i;

export const greetingOf = (call) =>
  `Hello, this is Parley Air for Miss ${nameOf(call, 63)}, how may I help you?`;
export const isReplyEnd = (text) => replyEnds.test(text) || /help you\W*$/i.test(text);

export const replyTo = (words, name) => (/\beverything\b/i.test(words) ? longReply(name) : reply(name));

/** A reply as a model streams it: a token a word, and one for each mark. */
export const tokensOf = (text) => text.match(/ ?[\p{L}\p{N}'-]+|[^\p{L}\p{N}\s]/gu) ?? [];
/** How many tokens a reply's first clause has, its mark included. */
export const firstClauseTokens = (text) => tokensOf(text).findIndex((token) => /[,.!?]/.test(token)) + 1;

export const scripts = { airline, short, ...bargeIns };

/** One turn as a caller says it: [{pauseMs} | {text, at, ms}], `at` counting the words of the turn. */
export function spokenTurn(script, call, turn) {
  const lines = scripts[script];
  const name = nameOf(call, turn);
  let at = 0;
  return [lines[turn % lines.length]].flat().flatMap((piece) => {
    if (typeof piece === 'number') return [{ pauseMs: piece }];
    return piece.split(' ').map((word) => ({ text: word.replace('NAME', name), at: at++, ms: wordMs }));
  });
}

export const wordsOf = (script, call, turn) =>
  spokenTurn(script, call, turn).flatMap(({ text }) => (text === undefined ? [] : [text]));
