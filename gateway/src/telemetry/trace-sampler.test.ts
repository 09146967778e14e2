import { describe, expect, it } from '@jest/globals';
import { TraceFlags } from '@opentelemetry/api';
import { RandomIds } from './random-ids.ts';
import { TraceSampler } from './trace-sampler.ts';

describe('traces that are kept', () => {
  const ids = new RandomIds();
  const spanId = '00f067aa0ba902b7';

  const sampler = (ratio: number, mostPerSecond: number) => {
    let ms = 5_000;
    const traces = new TraceSampler({ ratio, mostPerSecond }, () => ms);
    /** How many are kept of so many that come in a time, evenly. */
    const kept = (requests: number, duringMs: number): number =>
      Array.from({ length: requests }, () => {
        ms += duringMs / requests;
        return traces.keeps(ids.generateTraceId(), undefined);
      }).filter(Boolean).length;
    return { traces, kept };
  };

  it('are a share of them', () => {
    const { kept } = sampler(0.25, 1e9);

    // 5,000 expected, with a standard deviation of 61.
    expect(Math.abs(kept(20_000, 1_000) - 5_000)).toBeLessThan(500);
    expect(sampler(0, 1e9).kept(1_000, 1_000)).toBe(0);
    expect(sampler(1, 1e9).kept(1_000, 1_000)).toBe(1_000);
  });

  it('are the same wherever the share is', () => {
    const [here, there] = [sampler(0.5, 1e9).traces, sampler(0.5, 1e9).traces];
    const traceIds = Array.from({ length: 100 }, () => ids.generateTraceId());

    expect(traceIds.map((id) => here.keeps(id, undefined))).toEqual(
      traceIds.map((id) => there.keeps(id, undefined)),
    );
  });

  it('are no more in a second than the bound, the whole second long', () => {
    const { kept } = sampler(1, 100);
    kept(100, 1);

    for (let tenth = 0; tenth < 20; tenth += 1)
      expect(Math.abs(kept(1_000, 100) - 10)).toBeLessThanOrEqual(1);
  });

  it('are as many as a second has after a pause, not as many as the pause', () => {
    const { kept } = sampler(1, 100);

    // The first of the hundred is the one that ends it.
    expect(kept(1, 60_000)).toBe(1);
    expect(kept(1_000, 0)).toBe(99);
  });

  it("are the caller's if it has decided, whatever share and bound are", () => {
    const { traces, kept } = sampler(1, 1);
    const traceId = ids.generateTraceId();
    kept(10, 0);
    const context = { traceId, spanId };

    for (let request = 0; request < 10; request += 1)
      expect(traces.keeps(traceId, { ...context, traceFlags: TraceFlags.SAMPLED })).toBe(true);
    expect(traces.keeps(traceId, { ...context, traceFlags: TraceFlags.NONE })).toBe(false);
    expect(sampler(1, 1).traces.keeps(traceId, { ...context, traceFlags: TraceFlags.NONE })).toBe(false);
  });
});
