import { beforeEach, describe, expect, it } from '@jest/globals';
import { CircuitBreaker, type Entry, type Outcome } from './circuit-breaker.ts';

describe('a circuit breaker', () => {
  let now: number;
  let breaker: CircuitBreaker;
  beforeEach(() => {
    now = 0;
    breaker = new CircuitBreaker(
      { errorPercent: 50, minRequests: 4, windowMs: 1_000, openMs: 500, maxSilenceMs: 100 },
      () => now,
    );
  });
  const enter = (): Entry => {
    const entry = breaker.tryEnter();
    if (entry === undefined) throw new Error('The circuit is open.');
    return entry;
  };
  const kindOfNext = () => breaker.tryEnter()?.kind;
  const request = (outcome: Outcome): boolean => {
    const entry = breaker.tryEnter();
    if (entry !== undefined) breaker.end(entry, outcome);
    return entry !== undefined;
  };
  const open = () => {
    for (let n = 0; n < 4; n += 1) request('failed');
  };

  it('opens when too many have failed, of enough', () => {
    for (const outcome of ['succeeded', 'succeeded', 'failed'] as const) request(outcome);
    expect(breaker.openedBy).toBeUndefined();
    request('unanswered');

    expect(breaker.tryEnter()).toBeUndefined();
    expect(breaker.openedBy).toBe('failures');
  });

  it('opens when that many fail in a row, whatever succeeded before', () => {
    for (let n = 0; n < 100; n += 1) request('succeeded');
    for (let n = 0; n < 3; n += 1) request('unanswered');
    request('succeeded');
    for (let n = 0; n < 3; n += 1) request('unanswered');
    expect(breaker.openedBy).toBeUndefined();
    request('unanswered');

    expect(breaker.openedBy).toBe('failures');
  });

  it('stays closed for few failures, for few requests, and for what nobody waited for', () => {
    for (let n = 0; n < 3; n += 1) request('failed');
    for (let n = 0; n < 10; n += 1) request('unknown');
    for (let n = 0; n < 5; n += 1) request('succeeded');
    expect(request('failed')).toBe(true);
    expect(request('succeeded')).toBe(true);
  });

  it('forgets what was long ago', () => {
    for (let n = 0; n < 3; n += 1) request('failed');
    now += 1_100;
    request('failed');

    expect(kindOfNext()).toBe('usual');
  });

  it('lets one request try after a while, and closes when it succeeds', () => {
    open();
    now += 499;
    expect(breaker.tryEnter()).toBeUndefined();
    now += 1;
    const trial = enter();
    expect(trial.kind).toBe('trial');
    expect(breaker.tryEnter()).toBeUndefined();
    breaker.end(trial, 'succeeded');

    expect([kindOfNext(), kindOfNext()]).toEqual(['usual', 'usual']);
    // What was counted before does not open it again.
    request('failed');
    expect(kindOfNext()).toBe('usual');
  });

  it('stays open when the one that tries fails, and lets another try when it was given up', () => {
    open();
    now += 500;
    expect(request('failed')).toBe(true);
    expect(breaker.tryEnter()).toBeUndefined();
    now += 500;
    expect(request('unknown')).toBe(true);
    expect(request('succeeded')).toBe(true);
    expect(kindOfNext()).toBe('usual');
  });

  it('lets another try while the one before hangs', () => {
    open();
    now += 500;
    enter();
    now += 499;
    expect(breaker.tryEnter()).toBeUndefined();
    now += 1;
    breaker.end(enter(), 'succeeded');

    expect(breaker.openedBy).toBeUndefined();
  });

  it('listens to those that try, whatever becomes of requests from before', () => {
    const before = Array.from({ length: 6 }, enter);
    open();
    const [first, ...others] = before;
    if (first !== undefined) breaker.end(first, 'succeeded');
    expect(breaker.openedBy).toBe('failures');
    now += 500;
    breaker.end(enter(), 'succeeded');
    for (const entry of others) breaker.end(entry, 'unanswered');
    expect(breaker.openedBy).toBeUndefined();
  });

  describe('when nothing is answered', () => {
    /** So that it is known that requests take so long. */
    const answerAll = (durationMs: number) => {
      for (let n = 0; n < 20; n += 1) {
        const entry = enter();
        now += durationMs;
        breaker.end(entry, 'succeeded');
      }
    };
    const wait = (count: number) => Array.from({ length: count }, enter);

    /** Lets the event loop read what has arrived. */
    const turn = () => new Promise(setImmediate);

    it('opens long before anything has timed out', async () => {
      answerAll(5);
      wait(4);
      now += 100;
      expect(kindOfNext()).toBe('usual');
      now += 1;
      expect(kindOfNext()).toBe('usual');
      await turn();

      expect(breaker.tryEnter()).toBeUndefined();
      expect(breaker.openedBy).toBe('silence');
    });

    it('stays closed when the answers had come, and this process was too late to read them', async () => {
      answerAll(5);
      const [first] = wait(5);
      now += 500;
      expect(kindOfNext()).toBe('usual');
      if (first !== undefined) breaker.end(first, 'succeeded');
      await turn();

      expect(kindOfNext()).toBe('usual');
    });

    it('stays closed while few wait, while some are answered, and before it is known how long they take', () => {
      wait(4);
      now += 10_000;
      expect(kindOfNext()).toBe('usual');
      breaker = new CircuitBreaker(
        { errorPercent: 50, minRequests: 4, windowMs: 1_000, openMs: 500, maxSilenceMs: 100 },
        () => now,
      );
      answerAll(5);
      const waiting = wait(3);
      now += 10_000;
      expect(breaker.openedBy).toBeUndefined();
      // Those have waited for long, but not four of them.
      waiting.push(...wait(3));
      for (const entry of waiting.slice(0, 2)) {
        now += 90;
        breaker.end(entry, 'failed');
      }
      now += 90;

      expect(kindOfNext()).toBe('usual');
    });

    it('waits for four times as long as requests take as a rule', async () => {
      answerAll(300);
      wait(4);
      now += 1_200;
      expect(kindOfNext()).toBe('usual');
      await turn();
      expect(kindOfNext()).toBe('usual');
      now += 1;
      expect(kindOfNext()).toBe('usual');
      await turn();

      expect(breaker.tryEnter()).toBeUndefined();
    });

    it('opens however soon each of them is given up, while others come in its place', async () => {
      answerAll(5);
      const waiting = wait(5);
      for (let n = 0; n < 11; n += 1) {
        now += 10;
        waiting.push(enter());
        const oldest = waiting.shift();
        if (oldest !== undefined) breaker.end(oldest, 'unknown');
      }
      expect(kindOfNext()).toBe('usual');
      await turn();

      expect(breaker.tryEnter()).toBeUndefined();
      expect(breaker.openedBy).toBe('silence');
    });

    it('closes as soon as one of those that wait is answered, and what they come to does not open it again', async () => {
      answerAll(5);
      const [first, ...others] = wait(8);
      now += 101;
      expect(kindOfNext()).toBe('usual');
      await turn();
      expect(breaker.tryEnter()).toBeUndefined();
      if (first !== undefined) breaker.end(first, 'succeeded');
      expect(kindOfNext()).toBe('usual');
      now += 1;
      for (const entry of others) breaker.end(entry, 'unanswered');

      expect(kindOfNext()).toBe('usual');
    });
  });
});
