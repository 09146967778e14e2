import { describe, expect, it } from '@jest/globals';
import { secondsUntil } from './buckets.ts';
import { MAX_CLIENTS, MemoryBuckets } from './memory-buckets.ts';

const SIZE = { capacity: 100, refillPerSecond: 10 };

describe('buckets in memory', () => {
  let now = 0;
  const buckets = (): MemoryBuckets => {
    now = 0;
    return new MemoryBuckets(() => now);
  };

  it('are full at first, refill with time, and never hold more than they can', async () => {
    const memory = buckets();

    expect(await memory.take('a', 70, SIZE)).toEqual({ isTaken: true, remaining: 30 });
    expect(await memory.take('a', 31, SIZE)).toEqual({ isTaken: false, remaining: 30 });
    now += 100;
    expect(await memory.take('a', 31, SIZE)).toEqual({ isTaken: true, remaining: 0 });
    now += 3_600_000;
    expect(await memory.take('a', 1, SIZE)).toEqual({ isTaken: true, remaining: 99 });
  });

  it('keep clients apart', async () => {
    const memory = buckets();
    await memory.take('a', 100, SIZE);

    expect((await memory.take('b', 100, SIZE)).isTaken).toBe(true);
  });

  it('give back what was not used, and remember what is owed', async () => {
    const memory = buckets();
    await memory.take('a', 50, SIZE);
    await memory.settle('a', 40, SIZE);
    expect((await memory.take('a', 0, SIZE)).remaining).toBe(90);

    await memory.settle('a', -120, SIZE);
    expect(await memory.take('a', 1, SIZE)).toEqual({ isTaken: false, remaining: -30 });
    now += 3_100;
    expect((await memory.take('a', 1, SIZE)).isTaken).toBe(true);
    await memory.settle('a', 1_000, SIZE);
    expect((await memory.take('a', 0, SIZE)).remaining).toBe(100);
  });

  it('remember so many clients and no more', async () => {
    const memory = buckets();
    for (let n = 0; n < MAX_CLIENTS + 10_000; n += 1) await memory.take(`client ${n}`, 100, SIZE);

    expect(memory.size).toBe(MAX_CLIENTS);
    // Those that came last are remembered.
    expect((await memory.take(`client ${MAX_CLIENTS}`, 1, SIZE)).isTaken).toBe(false);
  });

  it('go by a clock that nobody sets', async () => {
    const memory = new MemoryBuckets();
    const { now: real } = Date;
    await memory.take('a', 100, SIZE);
    try {
      Date.now = () => real() + 86_400_000;
      expect((await memory.take('a', 50, SIZE)).isTaken).toBe(false);
      Date.now = () => real() - 86_400_000;
      expect((await memory.take('b', 100, SIZE)).isTaken).toBe(true);
    } finally {
      Date.now = real;
    }
  });
});

describe('secondsUntil', () => {
  it.each([
    [50, 20, 3],
    [50, 49.9, 1],
    [50, -30, 8],
    [101, 100, undefined],
  ])('a cost of %p with %p left', (cost, remaining, seconds) => {
    expect(secondsUntil(cost, remaining, SIZE)).toBe(seconds);
  });
});
