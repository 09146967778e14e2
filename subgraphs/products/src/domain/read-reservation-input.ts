import { isCurrency } from '@tributary/subgraph-kit';
import type { Problems } from './catalog-error.ts';
import type { ReservationRequest } from './reservation.ts';

const MAX_LINES = 100;
const MAX_LINE_QUANTITY = 10_000;
/** A day: longer than any checkout, short enough that abandoned stock returns. */
const MAX_TTL_SECONDS = 86_400;
const ID = /^[A-Za-z0-9_-]{8,64}$/;

export function readReservationInput(problems: Problems, input: ReservationRequest): void {
  if (!ID.test(input.id)) {
    problems.add('INVALID', ['input', 'id'], 'An id is 8 to 64 letters, digits, hyphens and underscores.');
  }
  if (!isCurrency(input.currency))
    problems.add('INVALID', ['input', 'currency'], 'This currency is not known.');
  readTtl(problems, ['input', 'ttlSeconds'], input.ttlSeconds);
  if (input.lines.length === 0) problems.add('REQUIRED', ['input', 'lines'], 'Reserve at least one line.');
  if (input.lines.length > MAX_LINES) {
    problems.add('LIMIT_EXCEEDED', ['input', 'lines'], `At most ${MAX_LINES} lines are reserved together.`);
    return;
  }
  const seen = new Set<string>();
  input.lines.forEach(({ variantId, quantity }, index) => {
    const at = ['input', 'lines', String(index)];
    if (quantity < 1 || quantity > MAX_LINE_QUANTITY) {
      problems.add('INVALID', [...at, 'quantity'], `A quantity is 1 to ${MAX_LINE_QUANTITY}.`);
    }
    if (seen.has(variantId)) problems.add('INVALID', [...at, 'variantId'], 'Each variant has one line.');
    seen.add(variantId);
  });
}

export function readTtl(problems: Problems, field: readonly string[], ttlSeconds: number): void {
  if (ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) {
    problems.add('INVALID', field, `A time to live is 1 to ${MAX_TTL_SECONDS} seconds.`);
  }
}
