import { describe, expect, it } from '@jest/globals';
import { isValidSpanId, isValidTraceId } from '@opentelemetry/api';
import { RandomIds } from './random-ids.ts';

describe('random ids', () => {
  it('are valid, and each is another', () => {
    const ids = new RandomIds();
    const traces = Array.from(
      { length: 1_000 },
      () => [ids.generateTraceId(), ids.generateSpanId()] as const,
    );

    for (const [traceId, spanId] of traces) {
      expect(isValidTraceId(traceId)).toBe(true);
      expect(isValidSpanId(spanId)).toBe(true);
    }
    expect(new Set(traces.flat()).size).toBe(2_000);
  });
});
