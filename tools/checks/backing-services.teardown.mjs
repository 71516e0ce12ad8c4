/** Ends what backing-services.setup.mjs started, and waits until it is gone. */
export default async function teardown() {
  const holder = globalThis.parleyBackingServices;
  if (!holder || holder.exitCode !== null) return;
  const gone = new Promise((resolve) => holder.once('exit', resolve));
  holder.ref();
  if (holder.connected) holder.disconnect();
  await gone;
}
