/** Whole numbers in [0, limit); the same row of them for the same seed. */
export type Random = (limit: number) => number;

/** A linear congruential generator: repeatable, which is all that is asked of it. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
