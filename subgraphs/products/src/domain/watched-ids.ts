import { BadUserInputError } from '@tributary/service-kit';

const MAX_IDS = 100;

/** Each once. @throws BadUserInputError when there are none or too many. */
export function readWatchedIds(ids: readonly string[]): readonly string[] {
  if (ids.length === 0 || ids.length > MAX_IDS)
    throw new BadUserInputError(`"variantIds" must have 1 to ${MAX_IDS} ids, got ${ids.length}.`);
  return [...new Set(ids)];
}
