import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bargeIn,
  lateness,
  readJournal,
  reportErrors,
  slope,
  summary,
  turnFigures,
  wordsLost,
} from './turn-figures.mjs';

const turn = (heard, fields = {}) => ({ call: 1, turn: 0, startMs: 0, endMs: 1_000, heard, ...fields });
const heardLine = (atMs, what, text = '') => ({ kind: 'heard', call: 1, turn: 0, atMs, what, text });
const reply = (atMs, fields) => ({ kind: 'reply', id: 1, call: 1, turn: 0, atMs, users: [], ...fields });
const speech = (id, atMs, fields) => ({
  ...{ kind: 'speech', id, call: 1, turn: 0, atMs, role: 'clause', text: 'All right' },
  ...fields,
});

describe('turnFigures', () => {
  const usual = readJournal([
    heardLine(1_350, 'EndOfTurn'),
    reply(1_353, { clauseMs: 1_840 }),
    speech(7, 1_842, { firstByteMs: 1_992 }),
  ]);

  it("takes the caller's last sound to the answer's first frame, and adds up what is our own of it", () => {
    const figures = turnFigures(turn([{ speech: 7, atMs: 1_993, playedMs: 1_995 }]), usual);
    assert.equal(figures.latencyMs, 993);
    assert.equal(figures.playedMs, 995);
    assert.deepEqual([figures.toModelMs, figures.toVoiceMs, figures.toSocketMs], [3, 2, 1]);
    assert.equal(figures.ownMs, 6);
    assert.equal(figures.modelCalls, 1);
    assert.equal(figures.timesAnswered, 1);
  });

  it('counts no filler as an answer', () => {
    const journal = readJournal([
      ...[...usual.speeches.values(), heardLine(1_350, 'EndOfTurn'), reply(1_353, { clauseMs: 1_840 })],
      speech(3, 100, { role: 'other', text: 'One moment.' }),
    ]);
    const heard = [
      { speech: 3, atMs: 1_500, playedMs: 1_500 },
      { speech: 7, atMs: 1_993, playedMs: 1_993 },
    ];
    const figures = turnFigures(turn(heard), journal);
    assert.equal(figures.latencyMs, 993);
    assert.equal(figures.fillerMs, 500);
  });

  it('takes an answer that was ready before the turn was over from the end of the turn', () => {
    const journal = readJournal([
      heardLine(1_150, 'EagerEndOfTurn'),
      reply(1_152, { clauseMs: 1_200 }),
      speech(7, 1_203, { firstByteMs: 1_300 }),
      heardLine(1_350, 'EndOfTurn'),
    ]);
    const figures = turnFigures(turn([{ speech: 7, atMs: 1_351, playedMs: 1_351 }]), journal);
    assert.equal(figures.wasAhead, true);
    assert.equal(figures.toSocketMs, 1);
    assert.equal(figures.ownMs, 2 + 3 + 1);
  });

  it('leaves out what a request waited for words to stand', () => {
    const journal = readJournal([
      heardLine(100, 'Segment'),
      reply(1_152, { clauseMs: 1_200 }),
      speech(7, 1_203, { firstByteMs: 1_300 }),
      heardLine(1_350, 'EndOfTurn'),
    ]);
    const figures = turnFigures(turn([{ speech: 7, atMs: 1_351, playedMs: 1_351 }]), journal);
    assert.equal(figures.toVoiceMs, 3);
    assert.equal(figures.toModelMs, undefined);
    assert.equal(figures.ownMs, undefined);
  });

  it('tells an answer that began before the caller had done, and a turn without any', () => {
    const early = turnFigures(turn([{ speech: 7, atMs: 900, playedMs: 900 }]), usual);
    assert.equal(early.early, true);
    assert.equal(early.latencyMs, undefined);
    assert.equal(turnFigures(turn([]), usual).isAnswered, false);
  });

  it('counts a turn that was answered twice', () => {
    const journal = readJournal([...usual.speeches.values(), speech(9, 2_500, { firstByteMs: 2_600 })]);
    const heard = [
      { speech: 7, atMs: 1_993, playedMs: 1_993 },
      { speech: 9, atMs: 2_700, playedMs: 9_000 },
    ];
    assert.equal(turnFigures(turn(heard), journal).timesAnswered, 2);
  });
});

describe('summary', () => {
  it('counts requests beyond one for each answered turn as thrown away', () => {
    const row = { isAnswered: true, timesAnswered: 1, cancelled: 0, early: false, latencyMs: 800 };
    const figures = summary([
      { ...row, modelCalls: 1, wasAhead: true },
      { ...row, modelCalls: 2, cancelled: 1 },
    ]);
    assert.equal(figures.modelCallsPerTurn, 1.5);
    assert.deepEqual([figures.usedAhead, figures.thrownAway, figures.cancelled], [1, 1, 1]);
    assert.equal(figures.latency.p95, 800);
  });
});

describe('wordsLost', () => {
  it('compares words in their order, whatever their case and marks', () => {
    assert.deepEqual(wordsLost('To Boston, please.', 'to boston please'), { said: 3, lost: 0, added: 0 });
    assert.deepEqual(wordsLost('to Boston please', 'to Boston to Boston'), { said: 3, lost: 1, added: 2 });
    assert.deepEqual(wordsLost('a b', ''), { said: 2, lost: 2, added: 0 });
  });
});

describe('bargeIn', () => {
  const journal = readJournal([
    heardLine(100, 'StartOfTurn', 'Okay'),
    heardLine(900, 'Update', 'Okay'),
    heardLine(1_400, 'Update', 'Okay wait'),
    speech(5, -500, { role: 'rest' }),
  ]);

  it('counts from the start of turn, or from the first word that is more than a back-channel', () => {
    const high = bargeIn(turn([]), [{ atMs: 104 }], journal, 'high');
    assert.deepEqual(high, { ms: 4, stoppedEarly: false, stale: 0 });
    assert.equal(bargeIn(turn([]), [{ atMs: 1_403 }], journal, 'low').ms, 3);
    assert.equal(bargeIn(turn([]), [{ atMs: 104 }], journal, 'low').stoppedEarly, true);
    assert.equal(bargeIn(turn([]), [], journal, 'low').ms, undefined);
  });

  it('sees audio of the old reply behind the clear', () => {
    const heard = [{ speech: 5, atMs: 300 }];
    assert.equal(bargeIn(turn(heard), [{ atMs: 104 }], journal, 'high').stale, 1);
  });
});

describe('lateness', () => {
  it('is 0 as long as fewer frames were late than the share leaves', () => {
    assert.equal(lateness(1_000, [{ lateMs: 50 }], 0.999), 0);
    assert.equal(lateness(1_000, [{ lateMs: 50 }, { lateMs: 10 }], 0.999), 10);
    assert.equal(lateness(10, [{ lateMs: 50 }, { lateMs: 10 }], 1), 50);
  });
});

describe('reportErrors', () => {
  it('compares the report of a turn with what its caller saw', () => {
    const fact = (number, latency) => ({
      call: 1,
      body: { type: 'turn_metrics', turn: number, latency_ms: latency },
    });
    const turns = [
      { call: 1, turn: 0, latencyMs: 800 },
      { call: 1, turn: 1, latencyMs: 900 },
      { call: 1, turn: 2 },
    ];
    assert.deepEqual(reportErrors(turns, [fact(1, 790), fact(2, null), fact(3, 5)]), [10]);
  });
});

describe('slope', () => {
  it('is that of the line through the points', () => {
    assert.equal(
      slope([
        [0, 10],
        [1, 12],
        [2, 14],
      ]),
      2,
    );
    assert.equal(slope([[1, 5]]), 0);
  });
});
