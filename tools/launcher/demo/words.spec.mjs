import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareWithMessages } from './words.mjs';

const heard = (text) => text.split(' ');

describe('compareWithMessages', () => {
  it('takes equal words for equal, whatever their marks', () => {
    assert.equal(compareWithMessages(heard("it's me ok"), ['It’s me.', '"OK"!'], []), undefined);
  });

  it('names the place of a lost, a doubled and a foreign word', () => {
    assert.match(
      compareWithMessages(heard('one three'), ['One two three.'], []),
      /in place of "two" "three"/,
    );
    assert.match(compareWithMessages(heard('one one two'), ['One two.'], []), /in place of "two" "one"/);
    assert.match(compareWithMessages(heard('one two'), ['One.'], []), /not in the events: "two"/);
    assert.match(compareWithMessages(heard('one'), ['One.', 'Two.'], []), /in place of "two" nothing/);
  });

  it('lets one word be off where the agent was cut, on either side', () => {
    assert.equal(compareWithMessages(heard('and i see'), ['And', 'See.'], [2]), undefined);
    assert.equal(compareWithMessages(heard('and see'), ['And I', 'See.'], [1]), undefined);
  });

  it('does so too when the cut word begins the next message', () => {
    assert.equal(compareWithMessages(heard('and i i press it'), ['And', 'I press it.'], [2]), undefined);
    assert.equal(compareWithMessages(heard('and i press it'), ['And I', 'I press it.'], [1]), undefined);
  });

  it('does not where it was not cut, nor for two words, nor twice for one cut', () => {
    assert.notEqual(compareWithMessages(heard('and i see'), ['And', 'See.'], [9]), undefined);
    assert.notEqual(compareWithMessages(heard('and i do see'), ['And', 'See.'], [2]), undefined);
    assert.notEqual(compareWithMessages(heard('a x b y c'), ['A', 'B', 'C'], [2]), undefined);
  });
});
