/** Answers one of `count` choices, from 0. */
export type Choose = (count: number) => number;

/**
 * Choices from a tape of numbers: each takes the next one, and those after its end are the first choice. So a shorter
 * tape with smaller numbers is a smaller case, and fast-check can shrink one that fails.
 */
export function chooseFrom(tape: readonly number[]): Choose {
  let position = 0;
  return (count) => (tape[position++] ?? 0) % count;
}

/** @throws RangeError for an empty list. */
export function oneOf<T>(choose: Choose, candidates: readonly T[]): T {
  if (candidates.length === 0) throw new RangeError('nothing to choose from');
  return candidates[choose(candidates.length)] as T;
}

/** True in one of `count` cases, which is not the first choice. */
export const rarely = (choose: Choose, count: number): boolean => choose(count) === count - 1;

/** Some of them, in their order; none is the first choice. */
export const someOf = <T>(choose: Choose, candidates: readonly T[]): T[] =>
  candidates.filter(() => choose(2) === 1);
