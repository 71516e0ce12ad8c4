import { renderTranscript } from './transcript';

it('renders a call as one text', () => {
  expect(
    renderTranscript([
      { kind: 'bot', text: 'Hello, how can I help?', interrupted: false },
      { kind: 'human', text: 'a table\nfor two ' },
      { kind: 'bot', text: 'Sure, when would', interrupted: true },
      { kind: 'gap' },
      { kind: 'action_started', actionType: 'action_dtmf', input: { digits: '1' } },
      { kind: 'action_finished', actionType: 'action_dtmf', output: { success: true } },
    ]),
  ).toBe(
    [
      'BOT: Hello, how can I help?',
      'HUMAN: a table for two',
      'BOT: Sure, when would-',
      'BOT_ACTION_START: action_dtmf {"digits":"1"}',
      'BOT_ACTION_FINISH: action_dtmf {"success":true}',
    ].join('\n'),
  );
  expect(renderTranscript([])).toBe('');
});
