import fc from 'fast-check';
import { advanceCall } from './advance-call';
import { CallLife, defaultCallTimings, LifeEffect, LifeEvent, newCallLife } from './call-life';
import { checkDueAtMs } from './call-checks';
import { callEndMs, callError, callStage, callStatus, connectedMs } from './call-status';

const timings = defaultCallTimings;

function run(events: readonly LifeEvent[], from = newCallLife('outbound', 0)) {
  const effects: LifeEffect[] = [];
  const life = events.reduce<CallLife>((state, event) => {
    const [next, told] = advanceCall(state, event, timings);
    effects.push(...told);
    return next;
  }, from);
  return { life, effects, types: effects.map((effect) => effect.type) };
}

const seen = (life: CallLife) => [
  callStatus(life),
  callStage(life),
  life.stageOutcome,
  callError(life),
  life.carrier,
];
const status = (carrier: string, atMs: number) =>
  ({ type: 'carrier_status', status: carrier, atMs }) as LifeEvent;
const connected = run([status('in-progress', 1_000), { type: 'attached', atMs: 1_500 }]).life;

describe('a call that goes well', () => {
  it('is connected once, and ends once the carrier and the stint are done', () => {
    const early = run([status('completed', 61_500)], connected);
    expect([early.types, callStatus(early.life)]).toEqual([[], 'in_progress']);
    const { life, types } = run([{ type: 'detached', stint: 1, atMs: 61_600 }], early.life);
    expect(types).toEqual(['ended']);
    expect(seen(life)).toEqual(['ended', 'picked_up', 'human_disconnected', null, 'completed']);
    expect([connectedMs(early.life), callEndMs(early.life)]).toEqual([0, null]);
    expect([connectedMs(life), callEndMs(life)]).toEqual([60_000, 61_500]);
  });

  it('does not wait for a lost detach longer than the settling time', () => {
    const carrierDone = run([status('completed', 60_000)], connected).life;
    expect(checkDueAtMs(carrierDone, timings)).toBe(65_000);
    expect(run([{ type: 'tick', atMs: 64_999 }], carrierDone).types).toEqual([]);
    expect(run([{ type: 'tick', atMs: 65_000 }], carrierDone).types).toEqual(['ended']);
  });
});

describe('who ended it', () => {
  const intent = { kind: 'finish', reason: 'agent_ended', errorMessage: null, lastWords: null } as const;
  const end: LifeEvent[] = [{ type: 'detached', stint: 1, atMs: 9_000 }, status('completed', 9_100)];
  it.each<[string, LifeEvent[], unknown[]]>([
    [
      'the agent',
      [{ type: 'intent_committed', intent, atMs: 8_000 }],
      ['ended', 'picked_up', 'bot_disconnected'],
    ],
    ['the API', [{ type: 'end_requested', atMs: 8_000 }], ['ended', 'picked_up', 'bot_disconnected']],
    ['the caller', [], ['ended', 'picked_up', 'human_disconnected']],
    [
      'a provider’s fault',
      [{ type: 'intent_committed', intent: { ...intent, errorMessage: 'no model' }, atMs: 8_000 }],
      ['error', 'picked_up', 'bot_disconnected', 'no model'],
    ],
  ])('%s', (_name, before, expected) => {
    expect(seen(run([...before, ...end], connected).life).slice(0, expected.length)).toEqual(expected);
  });
});

it('a word that crosses the carrier’s end did not cause it', () => {
  const over = run([status('completed', 9_000)], connected).life;
  const intent = { kind: 'finish', reason: 'idle', errorMessage: null, lastWords: null } as const;
  const { life, types } = run(
    [
      { type: 'end_requested', atMs: 9_001 },
      { type: 'intent_committed', intent, atMs: 9_002 },
      { type: 'detached', stint: 1, atMs: 9_003 },
    ],
    over,
  );
  expect([life.stageOutcome, types]).toEqual(['human_disconnected', ['ended']]);
});

it('a call that was put through ends with its caller, not with the transfer’s own report', () => {
  const intent = { kind: 'transfer', phoneNumber: '+14155552671', actionId: 'a' } as const;
  const events: LifeEvent[] = [
    { type: 'intent_committed', intent, atMs: 2_000 },
    { type: 'detached', stint: 1, atMs: 2_100 },
    { type: 'transfer_progress', progress: 'answered', atMs: 3_000 },
    status('completed', 4_000),
  ];
  const { life, types } = run(events, connected);
  expect(types).toEqual(['ended']);
  expect(seen(life).slice(0, 3)).toEqual(['ended', 'transfer_successful', 'transfer_disconnected']);
});

describe('a call that does not connect', () => {
  it.each([
    ['busy', 'ended', 'human_unanswered'],
    ['no-answer', 'ended', 'human_unanswered'],
    ['canceled', 'ended', 'call_did_not_connect'],
    ['failed', 'error', 'call_did_not_connect'],
  ])('%s: %s, %s', (carrier, shown, outcome) => {
    const { life, effects } = run([status('ringing', 1), status(carrier, 2)]);
    expect(seen(life).slice(0, 3)).toEqual([shown, 'created', outcome]);
    expect(effects).toEqual([{ type: 'did_not_connect', carrierStatus: carrier }, { type: 'ended' }]);
  });

  it('refused by the carrier: an error with its words', () => {
    const { life, types } = run([{ type: 'dial_refused', message: 'Not allowed.', atMs: 5 }]);
    expect(types).toEqual(['did_not_connect', 'ended']);
    expect(seen(life).slice(0, 4)).toEqual(['error', 'created', 'call_did_not_connect', 'Not allowed.']);
  });

  it('ended before the carrier had an id: hung up as soon as it has one', () => {
    expect(
      run([{ type: 'end_requested', atMs: 1 }, status('queued', 2), status('ringing', 3)]).types,
    ).toEqual(['hang_up', 'hang_up']);
  });
});

describe('when the media stream ends', () => {
  const next = (events: LifeEvent[]) =>
    run(events, connected).effects.flatMap((effect) => (effect.type === 'go_on' ? [effect.with] : []));
  const ended: LifeEvent = { type: 'connect_ended', atMs: 5_000 };

  it('is taken up again three times, then given up with an apology, however often the carrier asks', () => {
    expect(next([ended, ended, ended, ended, ended])).toEqual([
      'reconnect',
      'reconnect',
      'reconnect',
      'last_words',
      'last_words',
    ]);
    const { life } = run(
      [ended, ended, ended, ended, status('completed', 6_000), { type: 'tick', atMs: 99_000 }],
      connected,
    );
    expect(seen(life).slice(0, 3)).toEqual(['error', 'picked_up', 'bot_disconnected']);
  });

  it('follows the intent', () => {
    const intent = { kind: 'transfer', phoneNumber: '+14155552671', actionId: 'a' } as const;
    const commit: LifeEvent = { type: 'intent_committed', intent, atMs: 1 };
    expect(next([commit, ended])).toEqual(['transfer']);
    expect(next([{ type: 'end_requested', atMs: 1 }, ended])).toEqual(['hang_up']);
    expect(next([status('completed', 1), ended])).toEqual(['hang_up']);
  });

  it('leaves the last words to the carrier, and lets it finish them', () => {
    const lastWords = { text: 'x'.repeat(100), language: 'en' };
    const intent = { kind: 'finish', reason: 'provider_failed', errorMessage: 'mute', lastWords } as const;
    const commit: LifeEvent = { type: 'intent_committed', intent, atMs: 4_000 };
    expect(next([commit, ended, ended])).toEqual(['last_words', 'last_words']);
    expect(next([commit, status('completed', 4_500), ended])).toEqual(['hang_up']);
    expect(next([commit, { type: 'end_requested', atMs: 4_500 }, ended])).toEqual(['hang_up']);
    const { life } = run([commit, { type: 'detached', stint: 1, atMs: 4_500 }, ended], connected);
    expect(checkDueAtMs(life, timings)).toBe(4_500 + 10_000 + timings.settleMs);
  });

  it('only the newest stint counts', () => {
    const again = run(
      [
        { type: 'attached', atMs: 6_000 },
        { type: 'detached', stint: 1, atMs: 6_100 },
      ],
      connected,
    );
    expect([again.life.stint, again.life.stintOpen, again.types]).toEqual([2, true, []]);
  });
});

describe('a silent carrier', () => {
  it('is asked after the ring time-out and a grace, then again at intervals', () => {
    const ringing = run([status('ringing', 10)]).life;
    const due = timings.ringTimeoutMs + timings.silenceMs;
    expect(checkDueAtMs(ringing, timings)).toBe(due);
    const asked = run([{ type: 'tick', atMs: due }], ringing);
    expect(asked.types).toEqual(['ask_carrier']);
    expect(checkDueAtMs(asked.life, timings)).toBe(due + timings.recheckMs);
    expect(run([{ type: 'truth', status: 'no-answer', atMs: due + 1 }], asked.life).types).toContain('ended');
    expect(callError(run([{ type: 'truth', status: null, atMs: due + 1 }], asked.life).life)).not.toBeNull();
  });

  it('is told to hang up when it still holds a call that is over for us', () => {
    const finished = run(
      [
        {
          type: 'intent_committed',
          intent: { kind: 'finish', reason: 'idle', errorMessage: null, lastWords: null },
          atMs: 2_000,
        },
        { type: 'detached', stint: 1, atMs: 3_000 },
      ],
      connected,
    ).life;
    const asked = run([{ type: 'tick', atMs: 8_000 }], finished);
    expect(asked.types).toEqual(['ask_carrier']);
    expect(run([{ type: 'truth', status: 'in-progress', atMs: 8_100 }], asked.life).types).toEqual([
      'hang_up',
    ]);
  });

  it('is given up in the end', () => {
    const asked = run([{ type: 'tick', atMs: 24 * 3_600_000 }]);
    expect(asked.types).toEqual(['ask_carrier']);
    const { life, types } = run([{ type: 'tick', atMs: 25 * 3_600_000 }], asked.life);
    expect([types, callStatus(life)]).toEqual([['did_not_connect', 'ended'], 'error']);
  });
});

/** One way a call can go, as carrier, media and the transfer's leg report it; all known within the settling time. */
const stories: Readonly<Record<string, { from: CallLife; events: LifeEvent[] }>> = {
  unanswered: {
    from: newCallLife('outbound', 0),
    events: ['queued', 'initiated', 'ringing', 'no-answer'].map((s) => status(s, 4_000)),
  },
  conversation: {
    from: connected,
    events: [
      ...['queued', 'initiated', 'ringing', 'in-progress', 'completed'].map((s) => status(s, 4_000)),
      { type: 'detached', stint: 1, atMs: 4_000 },
    ],
  },
  transferred: {
    from: run(
      [
        {
          type: 'intent_committed',
          intent: { kind: 'transfer', phoneNumber: '+14155552671', actionId: 'a' },
          atMs: 2_000,
        },
      ],
      connected,
    ).life,
    events: [
      ...['ringing', 'in-progress', 'completed'].map((s) => status(s, 4_000)),
      { type: 'detached', stint: 1, atMs: 4_000 },
      { type: 'transfer_progress', progress: 'answered', atMs: 4_000 },
      { type: 'transfer_progress', progress: 'disconnected', atMs: 4_000 },
    ],
  },
};

describe.each(Object.entries(stories))('reports of a call (%s) in any order', (_name, { from, events }) => {
  const tick: LifeEvent = { type: 'tick', atMs: 9_000 };
  const reference = run([...events, tick], from);

  it('and any number of times lead to one final state and one end', () => {
    const repeated = fc
      .array(fc.constantFrom(...events), { maxLength: 6 })
      .chain((more) => fc.shuffledSubarray([...events, ...more], { minLength: events.length + more.length }));
    fc.assert(
      fc.property(repeated, (order) => {
        const { life, types } = run([...order, tick, ...order], from);
        expect(seen(life)).toEqual(seen(reference.life));
        expect(types.filter((type) => type === 'ended')).toHaveLength(1);
        expect(types.filter((type) => type === 'did_not_connect')).toEqual(
          reference.types.filter((type) => type === 'did_not_connect'),
        );
      }),
    );
  });

  it('with any of them lost still end once, as the carrier says', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(events), (order) => {
        const due: LifeEvent = { type: 'tick', atMs: 4_000_000 };
        const asked = run([...order, tick, due], from);
        const truth = { type: 'truth', status: reference.life.carrier, atMs: 4_000_100 } as LifeEvent;
        const { life, types } = run([truth, { type: 'tick', atMs: 4_010_000 }, ...order], asked.life);
        expect([callStatus(life), life.carrier]).toEqual([
          callStatus(reference.life),
          reference.life.carrier,
        ]);
        expect([...asked.types, ...types].filter((type) => type === 'ended')).toHaveLength(1);
      }),
    );
  });
});
