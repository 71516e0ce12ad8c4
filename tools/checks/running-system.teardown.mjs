/** Stops what running-system.setup.mjs started, and waits until it is gone. */
export default async function teardown() {
  await Promise.all((globalThis.parleyRunningSystems ?? []).map((system) => system.stop()));
}
