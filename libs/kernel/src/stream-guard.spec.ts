import { AppError } from './app-error';
import { FakeClock } from './clock';
import { StreamGuard } from './stream-guard';

describe('StreamGuard', () => {
  const late = () => new AppError('timeout', 'TEST.LATE', 'Too late.');

  function guarded(caller = new AbortController()) {
    const clock = new FakeClock();
    return { caller, clock, guard: new StreamGuard(caller.signal, clock) };
  }

  it('ends the request when what was expected did not come', () => {
    const { clock, guard } = guarded();
    guard.expect(100, late);
    clock.advance(99);
    expect(guard.signal.aborted).toBe(false);
    clock.advance(1);
    expect(guard.signal.aborted).toBe(true);
    expect(guard.failure).toMatchObject({ code: 'TEST.LATE' });
    expect(guard.endedByCaller).toBe(false);
  });

  it('waits anew for each thing expected, and for nothing while at rest', () => {
    const { clock, guard } = guarded();
    guard.expect(100, late);
    clock.advance(80);
    guard.expect(100, late);
    clock.advance(80);
    guard.rest();
    clock.advance(1_000);
    expect(guard.signal.aborted).toBe(false);
  });

  it('ends the request with the caller, which is no failure', () => {
    const { caller, guard } = guarded();
    caller.abort();
    expect(guard.signal.aborted).toBe(true);
    expect(guard.endedByCaller).toBe(true);
    expect(guard.failure).toBeUndefined();
  });

  it('begins ended when the caller has gone already', () => {
    const caller = new AbortController();
    caller.abort();
    expect(guarded(caller).guard.signal.aborted).toBe(true);
  });

  it('leaves neither a timer nor a listener behind', () => {
    const { caller, clock, guard } = guarded();
    const removed = jest.spyOn(caller.signal, 'removeEventListener');
    guard.expect(100, late);
    guard.close();
    clock.advance(1_000);
    expect(guard.signal.aborted).toBe(true);
    expect(guard.failure).toBeUndefined();
    expect(removed).toHaveBeenCalledWith('abort', expect.any(Function));
  });
});
