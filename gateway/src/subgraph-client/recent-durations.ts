/** How many of the last say how long one takes. */
const MOST_SAMPLES = 256;
/** Fewer say nothing. */
const LEAST_SAMPLES = 20;
/** New ones until the percentile is looked for again. */
const SAMPLES_PER_LOOK = 64;

/** How long most requests took lately. */
export class RecentDurations {
  readonly #percentile: number;
  readonly #durations = new Float64Array(MOST_SAMPLES);
  #count = 0;
  #quantileMs: number | undefined;

  /** @param percentile 0 to 100. */
  constructor(percentile: number) {
    this.#percentile = percentile;
  }

  /** What so many of a hundred did not take longer than, in milliseconds; undefined: too few are known yet. */
  get quantileMs(): number | undefined {
    return this.#quantileMs;
  }

  add(durationMs: number): void {
    this.#durations[this.#count % MOST_SAMPLES] = durationMs;
    this.#count += 1;
    if (
      this.#count < LEAST_SAMPLES ||
      (this.#quantileMs !== undefined && this.#count % SAMPLES_PER_LOOK !== 0)
    )
      return;
    const sorted = this.#durations.slice(0, Math.min(this.#count, MOST_SAMPLES)).sort();
    this.#quantileMs =
      sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * this.#percentile) / 100))];
  }
}
