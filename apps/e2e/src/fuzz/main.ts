import { RunningSystem } from '../running-system';
import { fuzzSystem } from './fuzz-system';

/** Arguments after the program's own: the data folder of a running system, how many requests, the seed. */
const [dataDir, requests, seed] = process.argv.slice(3);

async function main(): Promise<number> {
  const startedAtMs = Date.now();
  let printed = 0;
  const findings = await fuzzSystem(RunningSystem.attach(dataDir), {
    requests: Number(requests),
    seed: Number(seed),
    onProgress: (done, { all }) => {
      if (done < printed + 1_000) return;
      printed = done;
      const perSecond = Math.round((done * 1_000) / (Date.now() - startedAtMs));
      console.log(`${done} requests, ${perSecond}/s, ${all.length} kinds of failures`);
    },
  });
  console.log(`\n${findings.summary()}\n`);
  for (const { check, operation, complaint, curl, times } of findings.all) {
    console.log(`${check} · ${operation} · ${times}×\n  ${complaint}\n  ${curl.slice(0, 2_000)}\n`);
  }
  console.log(`${findings.requests} requests, seed ${seed}: ${findings.all.length} kinds of failures`);
  return findings.all.length === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
