/** Some rungs of the fault ladder; `npm run ladder` has all of them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { climb } from './climb.mjs';
import { LadderSystem } from './ladder-system.mjs';
import { shortLadder } from './rungs.mjs';

const lanes = 4;
const firstPort = 18_475;

describe('the fault ladder', { concurrency: lanes }, () => {
  const free = [];
  before(async () => {
    for (let lane = 0; lane < lanes; lane += 1)
      free.push(await LadderSystem.start({ port: firstPort + lane }));
  });
  after(() => Promise.all(free.map((system) => system.close())));

  for (const rung of shortLadder)
    test(rung.name, async () => {
      const system = free.pop();
      try {
        const { faults } = await climb(system, rung);
        assert.deepEqual(faults, []);
      } finally {
        free.push(system);
      }
    });
});
