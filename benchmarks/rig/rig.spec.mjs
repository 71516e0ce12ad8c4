import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstClauseTokens, isReplyEnd, replyTo, scripts, spokenTurn, tokensOf } from './airline-script.mjs';
import { PlayOut } from './callers/play-out.mjs';
import { agentFrame, callerFrame, readAgentFrame, readCallerFrame, silentFrame } from './frame-code.mjs';
import { lastNamed, nameOf } from './names.mjs';
import { lognormal } from './random.mjs';
import { encodeFrame, FrameReader } from './web-socket-frames.mjs';

describe('names', () => {
  it('tell their call and turn, and differ', () => {
    const names = new Set();
    for (const call of [0, 1, 4_099, 19_000]) {
      for (const turn of [0, 7, 63]) {
        names.add(nameOf(call, turn));
        assert.deepEqual(lastNamed(`Hello ${nameOf(call, turn)}, and so on`), { call, turn });
      }
    }
    assert.equal(names.size, 12);
    assert.equal(lastNamed('nobody'), undefined);
  });
});

describe('the script', () => {
  it('has replies of 28 tokens in three sentences, cut first at the sixth', () => {
    const reply = replyTo('', nameOf(1, 1));
    assert.equal(tokensOf(reply).length, 28);
    assert.equal(tokensOf(reply).join(''), reply);
    assert.equal(firstClauseTokens(reply), 6);
    assert.equal(isReplyEnd(reply), true);
    assert.equal(isReplyEnd(reply.slice(0, -20)), false);
  });

  it('has eight turns, two of them with a hesitation of 600 to 900 ms', () => {
    const pauses = scripts.airline.map((_, turn) =>
      spokenTurn('airline', 1, turn).flatMap(({ pauseMs }) => pauseMs ?? []),
    );
    assert.equal(pauses.length, 8);
    assert.equal(pauses.flat().length, 2);
    assert.equal(
      pauses.flat().every((ms) => ms >= 600 && ms <= 900),
      true,
    );
  });
});

describe('frames of audio', () => {
  it('say what they are, and silence says nothing', () => {
    assert.deepEqual(readCallerFrame(callerFrame(70_000, 63, 30), 0), { call: 70_000, turn: 63, word: 30 });
    assert.deepEqual(readAgentFrame(agentFrame(300, 70_000, 1), 0), {
      speech: 300,
      index: 70_000,
      isEnd: true,
    });
    assert.equal(readCallerFrame(silentFrame, 0), undefined);
  });
});

describe('WebSocket frames', () => {
  it('are read as they were written, of any length and however they are cut', () => {
    const payloads = ['', 'hi', 'x'.repeat(200), 'y'.repeat(70_000)];
    const bytes = Buffer.concat(payloads.map((payload, at) => encodeFrame('text', payload, at % 2 === 0)));
    for (const size of [1, 7, 1_000, bytes.length]) {
      const read = [];
      const reader = new FrameReader((_, payload) => read.push(payload.toString()));
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      assert.deepEqual(read, payloads);
    }
  });

  it('are unmasked', () => {
    const frame = Buffer.from([0x82, 0x83, 1, 2, 3, 4, 0x41 ^ 1, 0x42 ^ 2, 0x43 ^ 3]);
    let text;
    new FrameReader((_, payload) => (text = payload.toString())).push(frame);
    assert.equal(text, 'ABC');
  });
});

describe('PlayOut', () => {
  const audio = (frames) =>
    Buffer.concat(Array.from({ length: frames }, (_, index) => agentFrame(1, index, 0)));

  it('plays in order and in real time, and knows how long it was dry', () => {
    const out = new PlayOut();
    assert.equal(out.push(audio(5), 1_000).fromMs, 1_000);
    const second = out.push(audio(5), 1_050);
    assert.deepEqual([second.dryMs, second.fromMs, second.frames[1].atMs], [0, 1_100, 1_120]);
    assert.equal(out.push(audio(1), 1_230).dryMs, 30);
  });

  it('returns a mark when all before it was played, and all of them at a clear', () => {
    const out = new PlayOut();
    out.push(audio(5), 1_000);
    out.mark('a');
    assert.deepEqual(out.due(1_099), []);
    assert.deepEqual(out.due(1_100), ['a']);
    out.push(audio(50), 1_100);
    out.mark('b');
    assert.deepEqual(out.clear(1_200), ['b']);
    assert.equal(out.push(audio(1), 1_200).fromMs, 1_200);
  });
});

describe('chance', () => {
  it('has the median that was asked for and is the same for the same key', () => {
    const values = Array.from({ length: 4_001 }, (_, at) => lognormal(100, 0.35, 'seed', at)).toSorted(
      (a, b) => a - b,
    );
    assert.ok(Math.abs(values[2_000] - 100) < 5, `median ${values[2_000]}`);
    assert.equal(lognormal(100, 0.35, 1, 2), lognormal(100, 0.35, 1, 2));
  });
});
