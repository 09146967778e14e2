import { describe, expect, test } from '@jest/globals';
import { AggregatorRegistry, Histogram, Registry, type OpenMetricsContentType } from 'prom-client';
import { BOUNDS_S, DurationMetric } from './duration-metric.ts';

const DESCRIPTION = {
  name: 'request_duration_seconds',
  help: 'How "long" they took.',
  labelNames: ['method', 'status'] as const,
};

function openMetrics(): Registry<OpenMetricsContentType> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}

/** The same durations, as ours and as the library's. */
function observed(durationsMs: readonly number[]) {
  const [ours, theirs] = [openMetrics(), openMetrics()];
  const metric = new DurationMetric({ ...DESCRIPTION, registry: ours });
  const histogram = new Histogram({
    ...DESCRIPTION,
    labelNames: [...DESCRIPTION.labelNames],
    buckets: BOUNDS_S,
    registers: [theirs],
  });
  for (const [index, ms] of durationsMs.entries()) {
    const [method, status] = [index % 3 === 0 ? 'GET' : 'POST', index % 5 === 0 ? 500 : 200];
    metric.observe(method, status, ms, undefined);
    histogram.observe({ method, status }, ms / 1_000);
  }
  return { ours, theirs };
}

/** Which labels come first is nobody's business. */
const linesOf = (text: string): readonly string[] => text.split('\n').toSorted();

const DURATIONS_MS = [0, 0.5, 0.500001, 1, 3, 7, 7, 30, 249.9, 250, 1_000, 29_999, 30_000, 31_000, 90_000];

describe('DurationMetric', () => {
  test('is served as the library serves its own histograms', async () => {
    const { ours, theirs } = observed(DURATIONS_MS);
    expect(linesOf(await ours.metrics())).toEqual(linesOf(await theirs.metrics()));
  });

  test('is served without a line of durations before there are any', async () => {
    const { ours, theirs } = observed([]);
    expect(linesOf(await ours.metrics())).toEqual(linesOf(await theirs.metrics()));
  });

  test('adds up over workers', async () => {
    const { ours, theirs } = observed(DURATIONS_MS);
    const ofTwo = async (registry: Registry): Promise<string> => {
      const one = (await registry.getMetricsAsJSON()) as unknown as object[];
      return AggregatorRegistry.aggregate([one, structuredClone(one)]).metrics();
    };
    const text = await ofTwo(ours as unknown as Registry);
    expect(text).toContain(`request_duration_seconds_count{method="POST",status="200"} 16`);
    expect(linesOf(text)).toEqual(linesOf(await ofTwo(theirs as unknown as Registry)));
  });

  test('names the last traced request of each bucket', async () => {
    const registry = openMetrics();
    const metric = new DurationMetric({ ...DESCRIPTION, registry });
    metric.observe('POST', 200, 3, 'a'.repeat(32));
    metric.observe('POST', 200, 4, 'b'.repeat(32));
    metric.observe('POST', 200, 4.5, undefined);
    metric.observe('POST', 200, 60_000, 'c'.repeat(32));
    const text = await registry.metrics();
    expect(text).toMatch(/le="0\.005",method="POST",status="200"\} 3 # \{trace_id="b{32}"\} 0\.004 \d+/);
    expect(text).toMatch(/le="\+Inf",method="POST",status="200"\} 4 # \{trace_id="c{32}"\} 60 \d+/);
    expect(text).not.toContain('a'.repeat(32));
  });

  test('is told before it is read', async () => {
    const registry = openMetrics();
    const metric: DurationMetric = new DurationMetric({
      ...DESCRIPTION,
      registry,
      beforeReading: () => {
        metric.observe('GET', 200, 1, undefined);
      },
    });
    expect(await registry.metrics()).toContain('request_duration_seconds_count{method="GET",status="200"} 1');
  });
});
