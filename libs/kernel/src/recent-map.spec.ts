import { RecentMap } from './recent-map';

describe('RecentMap', () => {
  it('forgets what was set longest ago when one more is set than it holds', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4]);
  });

  it('has room again for what was deleted or cleared', () => {
    const map = new RecentMap<string, number>(1);
    map.set('a', 1);
    map.delete('a');
    map.set('b', 2);
    expect(map.get('b')).toBe(2);
    map.clear();
    expect(map.get('b')).toBeUndefined();
  });
});
