/**
 * The fewest of some things with which a run still fails: delta debugging, of which each try is a run.
 *
 * A run that does not fail proves little, since its processes race; one that fails proves that no more is needed.
 *
 * @param fails Whether it does with these alone.
 * @param tries How often it may be asked.
 * @see https://www.debuggingbook.org/html/DeltaDebugger.html
 */
export async function findSmallest<T>(
  all: readonly T[],
  fails: (some: readonly T[]) => Promise<boolean>,
  tries: number,
): Promise<readonly T[]> {
  let left = tries;
  const failsWith = async (some: readonly T[]): Promise<boolean> => {
    left -= 1;
    return fails(some);
  };
  if (left > 0 && all.length > 0 && (await failsWith([]))) return [];
  let smallest = all;
  for (let parts = 2; left > 0 && smallest.length > 1;) {
    const found = await firstThatFails(candidates(smallest, parts), failsWith, () => left > 0);
    if (found !== undefined) {
      parts = found.length <= Math.ceil(smallest.length / parts) ? 2 : Math.max(2, parts - 1);
      smallest = found;
    } else if (parts < smallest.length) parts = Math.min(smallest.length, parts * 2);
    else break;
  }
  return smallest;
}

/** Each part alone, then everything but each part. */
function candidates<T>(all: readonly T[], parts: number): readonly (readonly T[])[] {
  const size = Math.ceil(all.length / parts);
  const starts = Array.from({ length: Math.ceil(all.length / size) }, (_, index) => index * size);
  const alone = starts.map((start) => all.slice(start, start + size));
  // Of two parts, one is everything but the other.
  return parts === 2 ? alone : [...alone, ...starts.map((start) => without(all, start, size))];
}

const without = <T>(all: readonly T[], start: number, size: number): readonly T[] => [
  ...all.slice(0, start),
  ...all.slice(start + size),
];

async function firstThatFails<T>(
  candidates: readonly (readonly T[])[],
  fails: (some: readonly T[]) => Promise<boolean>,
  mayTry: () => boolean,
): Promise<readonly T[] | undefined> {
  for (const some of candidates) {
    if (!mayTry()) return undefined;
    if (await fails(some)) return some;
  }
  return undefined;
}
