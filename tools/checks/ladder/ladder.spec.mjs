/** Some rungs of the fault ladder; `npm run ladder` has all of them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { climb } from './climb.mjs';
import { LadderSystem } from './ladder-system.mjs';
import { shortLadder } from './rungs.mjs';

let system;
before(async () => {
  system = await LadderSystem.start({ port: 18_475 });
});
after(() => system?.close());

for (const rung of shortLadder) {
  test(rung.name, async () => {
    const { faults } = await climb(system, rung);
    assert.deepEqual(faults, []);
  });
}
