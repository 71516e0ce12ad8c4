import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge, spreadOf, sumOf, turnsOf } from './api-figures.mjs';
import { secondsBetween } from './api-load.mjs';

describe('spreadOf', () => {
  it('is the least, the middle and the greatest value', () => {
    assert.deepEqual(spreadOf([3, 1, 10]), { min: 1, median: 3, max: 10 });
    assert.deepEqual(spreadOf([4, 1, 3, 2]), { min: 1, median: 2, max: 4 });
    assert.deepEqual(spreadOf([7]), { min: 7, median: 7, max: 7 });
  });
});

describe('turnsOf', () => {
  it('lets each side go first as often as the other', () => {
    assert.deepEqual(turnsOf(3, ['a', 'b']), [
      ['a', 'b'],
      ['b', 'a'],
      ['a', 'b'],
    ]);
  });
});

describe('sumOf', () => {
  it('adds up all processes', () => assert.equal(sumOf({ gateway: 100.5, NATS: 20 }), 120.5));
});

describe('judge', () => {
  it('takes the least value for met, and the bound that has to be kept below for missed', () => {
    assert.equal(judge({ name: 'ratio', value: 0.35, least: 0.35 }).isMet, true);
    assert.equal(judge({ name: 'ratio', value: 0.349, least: 0.35 }).isMet, false);
    assert.equal(judge({ name: 'p99', value: 60, below: 60 }).isMet, false);
    assert.equal(judge({ name: 'p99', value: 59.9, below: 60 }).isMet, true);
  });

  it('never takes a figure that is missing for met', () => {
    assert.equal(judge({ name: 'p95', value: undefined, below: 15 }).isMet, false);
  });
});

it('the CPU time of a process that ended meanwhile takes nothing from the others', () => {
  const before = new Map([
    [1, 10],
    [2, 500],
  ]);
  const after = new Map([
    [1, 12],
    [3, 1],
  ]);
  assert.equal(secondsBetween(before, after), 3);
});
