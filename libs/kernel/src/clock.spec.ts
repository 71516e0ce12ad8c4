import { FakeClock } from './clock';

describe('FakeClock', () => {
  it('fires timers at their own time, in order, those set on the way too', () => {
    const clock = new FakeClock(1_000);
    const fired: [string, number][] = [];
    clock.after(30, () => fired.push(['b', clock.nowMs()]));
    clock.after(10, () => {
      fired.push(['a', clock.nowMs()]);
      clock.after(5, () => fired.push(['nested', clock.nowMs()]));
    });
    clock.after(31, () => fired.push(['late', clock.nowMs()]));
    clock.advance(30);
    expect(fired).toEqual([
      ['a', 1_010],
      ['nested', 1_015],
      ['b', 1_030],
    ]);
    expect(clock.nowMs()).toBe(1_030);
  });

  it('does not fire what was cancelled', () => {
    const clock = new FakeClock();
    const run = jest.fn();
    clock.after(1, run)();
    clock.advance(10);
    expect(run).not.toHaveBeenCalled();
  });
});
