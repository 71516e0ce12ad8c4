import { HeldAudio, mostUtteranceBytes } from './held-audio';

const bytes = (...values: number[]) => Uint8Array.from(values);

function taken(audio: HeldAudio, from: number, count: number): number[] {
  const all: number[] = [];
  audio.take(1, from, count, (piece) => all.push(...piece));
  return all;
}

describe('HeldAudio', () => {
  let audio: HeldAudio;

  beforeEach(() => {
    audio = new HeldAudio();
    audio.begin(1);
    audio.add(1, bytes(0, 1, 2));
    audio.add(1, bytes(3));
    audio.add(1, bytes(4, 5, 6, 7));
  });

  test('gives any stretch, and gives it again', () => {
    for (let from = 0; from < 9; from += 1) {
      for (let count = 0; count < 10; count += 1) {
        expect(taken(audio, from, count)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].slice(from, from + count));
      }
    }
  });

  test('gives whole pieces as they are', () => {
    const piece = bytes(8, 9);
    audio.add(1, piece);
    audio.take(1, 8, 2, (given) => expect(given).toBe(piece));
  });

  test('gives nothing of what was forgotten, and takes no more of it', () => {
    audio.forget(1);
    expect(taken(audio, 0, 8)).toEqual([]);
    expect(audio.add(1, bytes(1))).toBe(false);
    expect(audio.bytes).toBe(0);
  });

  test('holds no endless speech', () => {
    expect(audio.add(1, new Uint8Array(mostUtteranceBytes))).toBe(false);
    expect(audio.bytes).toBe(8);
  });
});
