import { AppError } from './app-error';
import { CircuitBreaker } from './circuit-breaker';
import { FakeClock } from './clock';
import { FallbackChain } from './fallback-chain';
import type { ProviderSwitch } from './fallback-chain';

const away = () => new AppError('unavailable', 'MODEL.UNAVAILABLE', 'Away.');
const wrongKey = () => new AppError('unauthenticated', 'MODEL.UNAUTHENTICATED', 'No.');
const refused = () => new AppError('invalid', 'MODEL.REJECTED', 'Too long.');

function given(names = ['a', 'b', 'c']) {
  const clock = new FakeClock();
  const links = names.map((name) => ({ name, provider: name, breaker: new CircuitBreaker(clock) }));
  const switches: ProviderSwitch[] = [];
  const newCall = () => new FallbackChain(links, (taken) => switches.push(taken));
  return { clock, links, switches, newCall, link: (index: number) => links[index] as (typeof links)[0] };
}

test('the one that took over stays for the call, and the switch is told once', () => {
  const { newCall, link, switches } = given();
  const chain = newCall();
  const error = away();
  expect(chain.failed(link(0), error, new Set([link(0)]))?.name).toBe('b');
  expect(chain.failed(link(0), error, new Set([link(0)]))?.name).toBe('b');
  expect(chain.current.name).toBe('b');
  expect(switches).toEqual([{ from: 'a', to: 'b', error }]);
});

test('nobody is left when all were tried, and the last one stays', () => {
  const { newCall, link, switches, links } = given(['a', 'b']);
  const chain = newCall();
  chain.failed(link(0), away(), new Set([link(0)]));
  expect(chain.failed(link(1), away(), new Set(links))).toBeUndefined();
  expect(chain.current.name).toBe('b');
  expect(switches).toHaveLength(1);
});

test('a new call begins with one that is not known to fail', () => {
  const { newCall, link, switches } = given();
  for (const chain of [newCall(), newCall()]) chain.failed(link(0), away(), new Set([link(0)]));
  switches.splice(0);
  expect(newCall().current.name).toBe('b');
  expect(switches).toEqual([{ from: 'a', to: 'b', error: null }]);
});

test('a refused key is enough for all calls, a refused request for none', () => {
  const { newCall, link } = given();
  newCall().failed(link(0), refused(), new Set([link(0)]));
  newCall().failed(link(0), refused(), new Set([link(0)]));
  expect(newCall().current.name).toBe('a');
  newCall().failed(link(0), wrongKey(), new Set([link(0)]));
  expect(newCall().current.name).toBe('b');
});

test('from time to time one call probes, and its success brings all the others back', () => {
  const { newCall, link, clock } = given();
  newCall().failed(link(0), wrongKey(), new Set([link(0)]));
  clock.advance(14_999);
  expect(newCall().current.name).toBe('b');
  clock.advance(1);
  const probe = newCall();
  expect([probe.current.name, newCall().current.name]).toEqual(['a', 'b']);
  probe.succeeded(link(0));
  expect(newCall().current.name).toBe('a');
});

test('a failed probe keeps it closed to others for as long again', () => {
  const { newCall, link, clock } = given();
  newCall().failed(link(0), wrongKey(), new Set([link(0)]));
  clock.advance(15_000);
  newCall().failed(link(0), away(), new Set([link(0)]));
  clock.advance(14_999);
  expect(newCall().current.name).toBe('b');
});

test('when all are known to fail, a call tries the first all the same', () => {
  const { newCall, link, links } = given();
  for (const index of [0, 1, 2]) newCall().failed(link(index), wrongKey(), new Set(links));
  expect(newCall().current.name).toBe('a');
});

test('the next one is one that is not known to fail, if there is any', () => {
  const { newCall, link } = given();
  newCall().failed(link(1), wrongKey(), new Set([link(1)]));
  expect(newCall().failed(link(0), away(), new Set([link(0)]))?.name).toBe('c');
});
