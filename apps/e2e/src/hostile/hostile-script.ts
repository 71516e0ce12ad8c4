/** A model that does whatever it should not, one thing for each word that the caller says. */

export const caller = '+12025550191';

const bad = (word: string, tool: object, name: string) => [
  { when: { lastUserContains: [word], afterTool: name }, say: `I cannot, ${word} is over.` },
  { when: { lastUserContains: [word] }, tool, tokensPerSecond: 100_000 },
];

const model = {
  rules: [
    ...bad('premium', { name: 'transfer_call', arguments: { phone_number: '+19005551234' } }, 'transfer'),
    ...bad('stranger', { name: 'book', arguments: { user_id: 'another', call_id: 'x' } }, 'book'),
    ...bad('file', { name: 'book', arguments: { url: 'file:///etc/passwd' } }, 'book'),
    ...bad('broken', { name: 'dtmf', text: '{"digits":' }, 'dtmf'),
    ...bad('megabyte', { name: 'dtmf', text: `{"digits":"${'1'.repeat(1_000_000)}"}` }, 'dtmf'),
    ...bad('unknown', { name: 'rm_rf', wild: true }, 'rm_rf'),
    ...bad('many', { name: 'dtmf', times: 200, arguments: { digits: 'nonsense' } }, 'dtmf'),
    { when: { lastUserContains: ['endless'] }, tool: { name: 'rm_rf', wild: true } },
    {
      when: { lastUserContains: ['goodbye'] },
      say: 'All is well. Goodbye!',
      tool: { name: 'end_conversation' },
    },
  ],
  otherwise: { say: 'All right.' },
};

export const words = ['premium', 'stranger', 'file', 'broken', 'megabyte', 'unknown', 'many', 'endless'];

export const hostileScript = {
  callers: {
    [caller]: {
      name: 'Mallory',
      answerAfterMs: 100,
      patienceMs: 15_000,
      steps: [
        ...words.flatMap((word) => [{ waitFor: 'agent_finished' }, { say: `Now ${word} please.` }]),
        { waitFor: 'agent_finished' },
        { say: 'Thank you, goodbye.' },
      ],
    },
  },
  model,
};
