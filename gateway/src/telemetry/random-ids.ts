import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { randomBytes } from 'node:crypto';

const BYTES_AT_A_TIME = 4_096;
const TRACE_ID_CHARACTERS = 32;
const SPAN_ID_CHARACTERS = 16;

/**
 * Ids of requests, traces and spans, in lower-case hex. Every request has some, traced or not, so they are cut from the text of
 * many random bytes: OpenTelemetry's generator puts each together from four bytes at a time.
 *
 * @see https://www.w3.org/TR/trace-context/#considerations-for-trace-id-field-generation
 */
export class RandomIds implements IdGenerator {
  #hex = '';
  #used = 0;

  /** As long as the id of a trace. */
  generateRequestId(): string {
    return this.#take(TRACE_ID_CHARACTERS);
  }

  generateTraceId(): string {
    return this.#take(TRACE_ID_CHARACTERS);
  }

  generateSpanId(): string {
    return this.#take(SPAN_ID_CHARACTERS);
  }

  #take(characters: number): string {
    const begin = this.#used;
    this.#used += characters;
    if (this.#used <= this.#hex.length) return this.#hex.slice(begin, this.#used);
    this.#hex = randomBytes(BYTES_AT_A_TIME).toString('hex');
    this.#used = characters;
    return this.#hex.slice(0, characters);
  }
}
