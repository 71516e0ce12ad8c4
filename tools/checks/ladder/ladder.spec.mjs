/** Some rungs of the fault ladder; `npm run ladder` has all of them. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { climb } from './climb.mjs';
import { LadderSystem } from './ladder-system.mjs';
import { shortLadder } from './rungs.mjs';

const lanes = 3;
const firstPort = 18_475;

describe('the fault ladder', { concurrency: lanes }, () => {
  const free = [];
  let started = 0;
  after(() => Promise.all(free.map((system) => system.close())));

  for (const rung of shortLadder)
    test(rung.name, async () => {
      const system = free.pop() ?? (await LadderSystem.start({ port: firstPort + started++ }));
      try {
        const { faults } = await climb(system, rung);
        assert.deepEqual(faults, []);
      } finally {
        free.push(system);
      }
    });
});
