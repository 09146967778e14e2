import { describe, expect, it } from '@jest/globals';
import { subgraphShapes, TrafficShaping } from './traffic-shaping-yaml.ts';

const read = (yaml: unknown, urls: Record<string, string> = {}) =>
  subgraphShapes(TrafficShaping.parse(yaml), urls);

describe('traffic_shaping', () => {
  it('retries within a budget and breaks circuits by default', () => {
    expect(read({}).all).toEqual({
      url: undefined,
      timeoutMs: 30_000,
      maxResponseBytes: 100_000_000,
      maxConcurrent: 1_000,
      pipelining: 1,
      retry: { attempts: 2, budgetPercent: 20, baseDelayMs: 50 },
      circuitBreaker: {
        errorPercent: 50,
        minRequests: 20,
        windowMs: 10_000,
        openMs: 2_000,
        maxSilenceMs: 250,
      },
    });
  });

  it('takes what is not said of a subgraph from what is said of all', () => {
    const { subgraphs } = read(
      {
        all: {
          timeout: '9s',
          max_response_bytes: '1MB',
          max_concurrent_requests: 9,
          pipelining: 16,
          retry: { attempts: 1, budget_percent: 5, base_delay: '10ms' },
          circuit_breaker: {
            error_percent: 10,
            min_requests: 3,
            window: '1s',
            max_silence: '70ms',
            open_for: '5s',
          },
        },
        subgraphs: {
          a: { retry: { attempts: 0 }, circuit_breaker: { open_for: '1s' } },
          b: { timeout: '1s', pipelining: 1, circuit_breaker: { enabled: false } },
        },
      },
      { b: 'http://b', c: 'http://c' },
    );
    const all = {
      url: undefined,
      timeoutMs: 9_000,
      maxResponseBytes: 1_000_000,
      maxConcurrent: 9,
      pipelining: 16,
      retry: { attempts: 1, budgetPercent: 5, baseDelayMs: 10 },
      circuitBreaker: {
        errorPercent: 10,
        minRequests: 3,
        windowMs: 1_000,
        openMs: 5_000,
        maxSilenceMs: 70,
      },
    };

    expect(Object.fromEntries(subgraphs)).toEqual({
      a: {
        ...all,
        retry: { ...all.retry, attempts: 0 },
        circuitBreaker: { ...all.circuitBreaker, openMs: 1_000 },
      },
      b: { ...all, url: 'http://b', timeoutMs: 1_000, pipelining: 1, circuitBreaker: undefined },
      c: { ...all, url: 'http://c' },
    });
  });

  it.each([
    [{ all: { retry: { attempts: 11 } } }, '0 to 10'],
    [{ all: { circuit_breaker: { error_percent: 101 } } }, '0 to 100'],
    [{ subgraphs: { a: { timeout: '1' } } }, 'a time with its unit'],
    [{ all: { max_concurrent_requests: 0 } }, 'a whole number, 1 or more'],
    [{ all: { pipelining: 0 } }, '1 to 64'],
    [{ all: { pipelining: true } }, '1 to 64'],
  ])('refuses %j', (yaml, message) => {
    expect(() => read(yaml)).toThrow(message);
  });
});
