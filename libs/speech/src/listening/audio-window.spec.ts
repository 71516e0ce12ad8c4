import fc from 'fast-check';
import { AudioWindow } from './audio-window';

describe('AudioWindow', () => {
  it('keeps the newest bytes in order, whatever the pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 20 }), (pieces) => {
        const window = new AudioWindow(16);
        let dropped = 0;
        for (const piece of pieces) dropped += window.push(piece);
        const all = Buffer.concat(pieces);
        expect(Buffer.from(window.read())).toEqual(all.subarray(Math.max(0, all.length - 16)));
        expect(window.endPosition).toBe(all.length);
        expect(window.startPosition).toBe(dropped);
      }),
    );
  });

  it('forgets what is no longer needed, and not more', () => {
    const window = new AudioWindow(8);
    window.push(Uint8Array.of(1, 2, 3, 4, 5, 6));
    window.dropBefore(4.7);
    expect([...window.read()]).toEqual([5, 6]);
    window.dropBefore(2);
    expect(window.startPosition).toBe(4);
    window.dropBefore(100);
    expect(window.read()).toHaveLength(0);
    window.push(Uint8Array.of(7));
    expect([...window.read()]).toEqual([7]);
    expect(window.startPosition).toBe(6);
  });
});
