const { default: Sequencer } = require('@jest/test-sequencer');

/** The longest first; those that load the machine last, away from calls, which run in real time. */
const first = ['calls', 'outside', 'hostile', 'replay', 'no-words', 'canary', 'idempotency'];

/** The specs of calls come first: they need the system fresh, and leave it as they found it. */
module.exports = class CallsFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const found = first.findIndex((name) => path.includes(`/e2e/src/${name}`));
      return found < 0 ? first.length : found;
    };
    return [...tests].sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
  }
};
