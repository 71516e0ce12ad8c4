import { TurnBatch } from './turn-batch';

describe('TurnBatch', () => {
  const endOfTurn = () => new Promise((resolve) => setImmediate(resolve));

  it('sends all of a turn at its end, in order and without a microtask between them', async () => {
    const batch = new TurnBatch();
    const seen: string[] = [];
    const send = (name: string) => () => {
      queueMicrotask(() => seen.push('written'));
      seen.push(name);
    };
    void batch.add(send('first'));
    await Promise.resolve();
    void batch.add(send('second'));
    await Promise.resolve();
    expect(seen).toEqual([]);
    await endOfTurn();
    expect(seen).toEqual(['first', 'second', 'written', 'written']);
  });

  it('gives each sender what became of its own', async () => {
    const batch = new TurnBatch();
    const failed = batch.add(() => {
      throw new Error('closed');
    });
    const rejected = batch.add(() => Promise.reject(new Error('late')));
    const sent = batch.add(() => Promise.resolve('reply'));
    await expect(failed).rejects.toThrow('closed');
    await expect(rejected).rejects.toThrow('late');
    await expect(sent).resolves.toBe('reply');
  });

  it('puts what is added while it sends into the next turn', async () => {
    const batch = new TurnBatch();
    const seen: string[] = [];
    await batch.add(() => void batch.add(() => seen.push('next')));
    expect(seen).toEqual([]);
    await endOfTurn();
    expect(seen).toEqual(['next']);
  });
});
