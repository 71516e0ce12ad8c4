import { RunningSystem } from '../running-system';
import { checkNames } from './checks';
import { fuzzSystem } from './fuzz-system';

describe('random requests of every sort', () => {
  it('are all answered as the document says', async () => {
    const findings = await fuzzSystem(RunningSystem.attach(), { requests: 600, seed: 20_261_121 });
    expect(
      findings.all.map(({ check, operation, complaint, curl }) => ({ check, operation, complaint, curl })),
    ).toEqual([]);
    // Were all of them refused at the first look, nothing would have been tried.
    expect(findings.statuses().get(200)).toBeGreaterThan(150);
    expect(checkNames.filter((check) => findings.passed(check) === 0)).toEqual([]);
  }, 120_000);
});
