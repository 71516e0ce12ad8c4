/** The people and the model of these tests. */

export const ada = '+12025550123';
export const ben = '+12025550147';
export const cleo = '+12025550168';

const model = {
  rules: [
    {
      when: { lastUserContains: ['who'] },
      say: 'This is the assistant of the Riverside, and I call about the table that you asked for on Friday evening at seven.',
    },
    {
      when: { lastUserContains: ['press'], notYetCalled: 'dtmf' },
      say: 'I press it.',
      tool: { name: 'dtmf', arguments: { digits: '42' } },
    },
    { when: { afterTool: 'dtmf' }, say: 'That is done.' },
    {
      when: { lastUserContains: ['manager'], notYetCalled: 'transfer' },
      say: 'One moment please.',
      tool: { name: 'transfer_call' },
    },
    {
      when: { lastUserContains: ['goodbye'] },
      say: 'Until Friday then. Goodbye!',
      tool: { name: 'end_conversation' },
    },
  ],
  otherwise: { say: 'All right.' },
};

/** A call out: a question, a barge-in, keys, goodbye. */
export const outboundScript = {
  callers: {
    [ada]: {
      name: 'Ada',
      answerAfterMs: 100,
      steps: [
        { waitFor: 'agent_finished' },
        { say: 'Who is there?' },
        { interruptAfterWords: 7, say: 'Stop, please press four two.' },
        { waitFor: { keys: '42' } },
        { waitFor: 'agent_finished' },
        { say: 'Thank you, goodbye.' },
      ],
    },
  },
  model,
};

export const outboundExpectation = {
  direction: 'outbound',
  hears: ['Hello', 'This is the assistant', 'That is done', 'Goodbye'],
  hearsNot: ['evening at seven'],
  keys: '42',
  bargeIns: 1,
  turns: 3,
  endedBy: 'agent',
  actions: ['action_dtmf', 'action_end_conversation'],
};

/** The shortest whole call: a word each, and goodbye. */
export const shortScript = {
  callers: {
    [ada]: {
      name: 'Ada',
      answerAfterMs: 100,
      patienceMs: 8_000,
      steps: [{ waitFor: 'agent_finished' }, { say: 'Thank you, goodbye.' }],
    },
  },
  model,
};

export const shortExpectation = {
  direction: 'outbound',
  hears: ['Hello', 'Until Friday then'],
  turns: 1,
  endedBy: 'agent',
  actions: ['action_end_conversation'],
};

/** A call in that is put through. */
export const inboundScript = {
  callers: {
    [ben]: {
      name: 'Ben',
      steps: [
        { waitFor: 'agent_finished' },
        { say: 'The manager please.' },
        { waitFor: { word: 'speaking' } },
        { waitFor: { silenceMs: 400 } },
        { say: 'Never mind.' },
        { waitFor: { ms: 300 } },
        { hangUp: true },
      ],
    },
    [cleo]: {
      name: 'Cleo',
      answerAfterMs: 200,
      steps: [{ waitFor: { ms: 300 } }, { say: 'Cleo speaking.' }, { waitFor: { ms: 10_000 } }],
    },
  },
  model,
};

/** Somebody who asks something and waits. */
export const askingScript = {
  callers: {
    [ada]: {
      name: 'Ada',
      answerAfterMs: 100,
      steps: [{ waitFor: 'agent_finished' }, { say: 'Who is there?' }, { waitFor: { ms: 15_000 } }],
    },
  },
  model,
};

/** Somebody who does not hang up when the agent falls silent, and goes on when it is back. */
export const patientScript = {
  callers: {
    [ada]: {
      name: 'Ada',
      answerAfterMs: 100,
      steps: [
        { waitFor: 'agent_finished' },
        { say: 'Who is there?' },
        { waitFor: { word: 'sorry' } },
        { waitFor: 'agent_finished' },
        { say: 'Thank you, goodbye.' },
      ],
    },
  },
  model,
};
