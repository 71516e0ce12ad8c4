import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bargeInsOf, percentile, turnsOf, wholeLoadOf } from './figures.mjs';

const line = (atMs, kind, fields = {}) => ({ atMs, kind, ...fields });

describe('percentile', () => {
  it('is the smallest value that so many do not exceed', () => {
    const values = [5, 1, 4, 2, 3];
    assert.deepEqual(
      [0.5, 0.95, 1, 0.01].map((share) => percentile(values, share)),
      [3, 5, 5, 1],
    );
    assert.equal(percentile([], 0.5), undefined);
  });
});

describe('turnsOf', () => {
  const journals = {
    transcriber: [
      line(99, 'result', { text: 'This is', endOfTurn: false }),
      line(100, 'result', { text: 'This is c1.', endOfTurn: true }),
      line(101, 'result', { text: 'This is c12.', endOfTurn: true }),
    ],
    model: [
      line(102, 'request', { request: 1, lastUser: 'This is c12.' }),
      line(103, 'request', { request: 2, lastUser: 'This is c1.' }),
      line(253, 'clause_sent', { request: 2 }),
    ],
    voice: [line(257, 'request', { request: 7, text: 'Sure c1,' }), line(337, 'first_byte', { request: 7 })],
    carrier: [
      line(338, 'audio_arrived', { callSid: 'CA12' }),
      line(342, 'audio_arrived', { callSid: 'CA1' }),
    ],
  };

  it('follows one call through journals that share nothing but words', () => {
    assert.deepEqual(
      turnsOf(journals, [
        ['c1', 'CA1'],
        ['c12', 'CA12'],
      ]),
      [
        {
          callSid: 'CA1',
          atMs: 100,
          toModelMs: 3,
          toVoiceMs: 4,
          toSocketMs: 5,
          ownMs: 12,
          modelMs: 150,
          voiceMs: 80,
          totalMs: 242,
        },
      ],
    );
  });
});

describe('bargeInsOf', () => {
  it('counts from the first words after the end of the turn before', () => {
    const transcriber = [
      line(10, 'result', { session: 1, text: 'I am c1.', endOfTurn: true }),
      line(500, 'result', { session: 1, text: 'Stop', endOfTurn: false }),
      line(504, 'result', { session: 1, text: 'Stop c1', endOfTurn: false }),
      line(501, 'result', { session: 2, text: 'Other', endOfTurn: false }),
    ];
    assert.deepEqual(
      bargeInsOf({ transcriber, carrier: [line(507, 'clear', { callSid: 'CA1' })] }, [['c1', 'CA1']]),
      [7],
    );
  });
});

describe('wholeLoadOf', () => {
  it('is when all were on the line', () => {
    const caller = [
      line(1, 'answered'),
      line(5, 'answered'),
      line(90, 'line_closed'),
      line(80, 'line_closed'),
    ];
    assert.deepEqual(wholeLoadOf({ caller }), { fromMs: 5, untilMs: 80 });
  });
});
