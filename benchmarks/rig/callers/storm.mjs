import { setTimeout as delay } from 'node:timers/promises';
import { MediaLine } from './media-line.mjs';

const nobody = { onMedia() {}, onMark() {}, onClear() {}, onClosed() {} };

/** New sockets, so many a second, each with a token of its own. Gives how often each status came; 101 is hung up. */
export async function stormOf(system, { perSecond, forMs }) {
  const statuses = {};
  const asked = [];
  for (let count = 0; count < (perSecond * forMs) / 1_000; count += 1) {
    // Numbers that no caller has.
    const line = new MediaLine(system.doorOf(100_000 + count), nobody);
    asked.push(
      line.open().then((status) => {
        statuses[status] = (statuses[status] ?? 0) + 1;
        line.destroy();
      }),
    );
    await delay(1_000 / perSecond);
  }
  await Promise.all(asked);
  return statuses;
}
