import { launchSystem } from './launched-system.mjs';

/** Before any end-to-end spec: starts the system that all of them use, and says where its data folder is. */
export default async function setup() {
  const system = await launchSystem({ port: 18480 });
  process.env.PARLEY_E2E_DIR = system.dataDir;
  globalThis.parleyRunningSystem = system;
}
