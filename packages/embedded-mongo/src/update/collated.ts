import { isArray, isDocument } from '../bson/value.ts';
import { notSupported } from '../errors.ts';

/** Operators that compare what is there with what is given. */
const COMPARING = ['$addToSet', '$max', '$min', '$pull', '$pullAll', '$push'];

/** @throws MongoError 115 for an update whose own comparisons a collation would change: here it changes the filter's */
export function assertComparesNothing(update: unknown, arrayFilters: unknown): void {
  if (isArray(update)) throw notSupported('update pipelines with a collation');
  if (isArray(arrayFilters) && arrayFilters.length > 0) throw notSupported('arrayFilters with a collation');
  const operator = isDocument(update) ? COMPARING.find((name) => name in update) : undefined;
  if (operator !== undefined) throw notSupported(`${operator} with a collation`);
}
