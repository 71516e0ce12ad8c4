import { launchSystem } from './launched-system.mjs';

const firstPort = 18480;

/**
 * Before any end-to-end spec: starts the systems that the specs use, as many as `PARLEY_E2E_SYSTEMS` (1) says, one for each
 * worker of jest, and says where their data folders are.
 */
export default async function setup() {
  globalThis.parleyRunningSystems = [];
  const count = Number(process.env.PARLEY_E2E_SYSTEMS ?? 1);
  // One after the other: each builds what is not built yet.
  for (let index = 0; index < count; index += 1) {
    globalThis.parleyRunningSystems.push(await launchSystem({ port: firstPort + index }));
  }
  process.env.PARLEY_E2E_DIRS = globalThis.parleyRunningSystems.map(({ dataDir }) => dataDir).join(':');
}
