const { default: Sequencer } = require('@jest/test-sequencer');

/** The specs of calls come first: they need the system fresh, and leave it as they found it. */
module.exports = class CallsFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => (path.endsWith('/calls.e2e-spec.ts') ? 0 : 1);
    return [...tests].sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
  }
};
