import { keyProfile, wire, wireSdk15, wireSdk22, wireSeed } from '@parley/contracts';
import type { z } from 'zod';
import { chooseProfile, profileOfSdk } from './choose-profile';
import type { Profile, Shown } from './profile';
import { shownObjects } from './testing/shown-objects';

const profileNamed = (name: (typeof keyProfile)['options'][number]) =>
  chooseProfile({ keyProfile: name, sdkVersion: undefined });

/** What each vintage promises of each kind of object. */
const shapes: Record<Profile['name'], Record<keyof Shown, z.ZodType>> = {
  latest: {
    action: wire.action,
    voice: wire.voice,
    webhook: wire.webhook,
    prompt: wire.prompt,
    normalizedPrompt: wire.normalizedPrompt,
    vectorDatabase: wire.pineconeVectorDatabase,
    accountConnection: wire.accountConnection,
    agent: wire.agent,
    normalizedAgent: wire.normalizedAgent,
    phoneNumber: wire.phoneNumber,
    normalizedPhoneNumber: wire.normalizedPhoneNumber,
    call: wire.call,
    normalizedCall: wire.normalizedCall,
    usage: wire.usage,
  },
  get 'sdk-0.0.22'() {
    const { voice, agent, phoneNumber, call, usage } = wireSdk22;
    return { ...this.latest, voice, agent, phoneNumber, call, usage };
  },
  get 'sdk-0.0.15'() {
    const { agent, normalizedAgent, phoneNumber, call } = wireSdk15;
    return { ...this['sdk-0.0.22'], agent, normalizedAgent, phoneNumber, call };
  },
  get seed() {
    const { action, voice, prompt, normalizedPrompt, agent, normalizedAgent } = wireSeed;
    const { phoneNumber, normalizedPhoneNumber, call, normalizedCall, usage } = wireSeed;
    return {
      ...this.latest,
      ...{ action, voice, prompt, normalizedPrompt, agent, normalizedAgent },
      ...{ phoneNumber, normalizedPhoneNumber, call, normalizedCall, usage },
    };
  },
};

describe.each(keyProfile.options)('the profile %s', (name) => {
  const profile = profileNamed(name);
  const rows = Object.entries(shownObjects).flatMap(([kind, objects]) =>
    objects.map((object) => [kind, object] as [keyof Shown, object]),
  );

  it.each(rows)('shows a %s as its vintage promises, and nothing more: %j', (kind, object) => {
    const shown = profile[kind](object as never);
    expect(shapes[name][kind].parse(shown)).toEqual(shown);
  });

  it('is JSON without holes', () => {
    for (const [kind, object] of rows) {
      const shown = profile[kind](object as never);
      expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
    }
  });
});

describe('the first vintage', () => {
  const { seed } = { seed: profileNamed('seed') };

  it('lists bare arrays', () => {
    const page = { items: [{}], page: 1, size: 1, has_more: true, total: 2, total_is_estimated: false };
    expect(seed.list(page)).toEqual([{}]);
    expect(profileNamed('sdk-0.0.15').list(page)).toEqual(page);
  });

  it('shows no null', () => {
    for (const kind of [
      'call',
      'normalizedCall',
      'agent',
      'normalizedAgent',
      'phoneNumber',
      'usage',
    ] as const) {
      for (const object of shownObjects[kind]) {
        expect(JSON.stringify(seed[kind](object as never))).not.toContain('null');
      }
    }
  });

  it('has calls of nine fields at most', () => {
    const fields = shownObjects.call.map((call) => Object.keys(seed.call(call)).length);
    expect(Math.max(...fields)).toBe(9);
  });

  it('knows the largest plan for one without a limit', () => {
    const [usage] = shownObjects.usage;
    expect(usage && seed.usage(usage)).toMatchObject({
      plan_type: 'enterprise',
      monthly_usage_limit_minutes: 2_147_483_647,
    });
  });
});

describe('the vintage of a request', () => {
  it.each([
    [undefined, 'latest'],
    ['0.0.46', 'latest'],
    ['0.0.23', 'latest'],
    ['0.0.22', 'sdk-0.0.22'],
    ['0.0.16', 'sdk-0.0.22'],
    ['0.0.15', 'sdk-0.0.15'],
    ['0.0.6-alpha.1', 'sdk-0.0.15'],
    ['0.0.5', 'sdk-0.0.15'],
    ['0.0.5-alpha.6', 'sdk-0.0.15'],
    ['0.0.5-alpha.5', 'seed'],
    ['0.0.4', 'seed'],
    ['1.0.3', 'latest'],
    ['0.0.', 'latest'],
    ['garbage 0.0.4', 'latest'],
  ])('of SDK %p is %s', (version, profile) => expect(profileOfSdk(version)).toBe(profile));

  it('is the key’s own, where it has one', () => {
    expect(chooseProfile({ keyProfile: 'seed', sdkVersion: '0.0.46' }).name).toBe('seed');
    expect(chooseProfile({ keyProfile: 'latest', sdkVersion: '0.0.15' }).name).toBe('sdk-0.0.15');
  });
});
