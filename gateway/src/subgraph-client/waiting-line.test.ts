import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WaitingLine } from './waiting-line.ts';

describe('a line of requests that wait', () => {
  let departed: number[];
  let refused: number[];
  beforeEach(() => {
    jest.useFakeTimers();
    departed = [];
    refused = [];
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const enter = (line: WaitingLine, count: number): void => {
    for (let n = 0; n < count; n += 1)
      line.enter({ depart: () => departed.push(n), refuse: () => refused.push(n) });
  };

  it('is looked after while anyone waits, and not longer', () => {
    const look = jest.fn();
    const line = new WaitingLine(look);
    jest.advanceTimersByTime(1_000);
    expect(look).not.toHaveBeenCalled();
    enter(line, 3);
    jest.advanceTimersByTime(1_000);
    const looks = look.mock.calls.length;
    expect(looks).toBeGreaterThan(0);
    line.release();
    jest.advanceTimersByTime(1_000);

    expect(departed).toEqual([0, 1, 2]);
    expect(look).toHaveBeenCalledTimes(looks);
  });

  it('is refused a few at a time, those that came first before others', () => {
    const line: WaitingLine = new WaitingLine(() => {
      line.refuseSome(new Error('no'));
    });
    enter(line, 100);
    line.refuseSome(new Error('no'));
    expect(refused.length).toBeLessThan(20);
    expect(refused).toEqual(refused.map((_, index) => index));
    jest.advanceTimersByTime(1_000);

    expect(refused).toHaveLength(100);
    expect(line.isEmpty).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });
});
