/** A reporter's count, no more than can be added up exactly for a thousand years. */
const MAX_COUNT = 1_000_000_000;

/** What a reporter says it counted; 0 when that is no count. */
export function countOf(reported: unknown): number {
  const count = Math.trunc(Number(reported ?? 0));
  return Number.isFinite(count) ? Math.min(Math.max(count, 0), MAX_COUNT) : 0;
}
