import { ROOT_CONTEXT, TraceFlags, type SpanContext } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';

export interface TraceSamplerOptions {
  /** Share of requests that are traced, 0 to 1, of those whose caller has not decided it. */
  readonly ratio: number;
  /** As many of those are traced at most, however many come. */
  readonly mostPerSecond: number;
}

/**
 * Which traces are kept. A share of them, as the library decides it by their ids, so that other services that decide by the same
 * share keep the same ones; and no more than so many a second: what tracing costs here, and where traces go, would grow
 * with a peak, of which a thousand tell no more than a hundred. A trace that begins elsewhere is kept if it is kept there.
 */
export class TraceSampler {
  readonly #byRatio: TraceIdRatioBasedSampler;
  readonly #mostPerSecond: number;
  readonly #now: () => number;
  #left: number;
  #countedAt: number;

  /** @param now Milliseconds that never go back. */
  constructor({ ratio, mostPerSecond }: TraceSamplerOptions, now: () => number = () => performance.now()) {
    this.#byRatio = new TraceIdRatioBasedSampler(ratio);
    this.#mostPerSecond = mostPerSecond;
    this.#now = now;
    this.#left = mostPerSecond;
    this.#countedAt = now();
  }

  /** @param caller Undefined: the trace begins here. */
  keeps(traceId: string, caller: SpanContext | undefined): boolean {
    if (caller !== undefined) return (caller.traceFlags & TraceFlags.SAMPLED) !== 0;
    const { decision } = this.#byRatio.shouldSample(ROOT_CONTEXT, traceId);
    return decision === SamplingDecision.RECORD_AND_SAMPLED && this.#takeOne();
  }

  #takeOne(): boolean {
    const now = this.#now();
    const earned = ((now - this.#countedAt) / 1_000) * this.#mostPerSecond;
    this.#countedAt = now;
    this.#left = Math.min(this.#mostPerSecond, this.#left + earned);
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
