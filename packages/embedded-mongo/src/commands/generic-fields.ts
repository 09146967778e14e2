import type { Doc } from '../bson/value.ts';
import { isDocument } from '../bson/value.ts';
import { isNumeric, toDouble } from '../bson/numbers.ts';
import { MongoError, notSupported } from '../errors.ts';

/** Fields any command may carry. */
const GENERIC = new Set([
  '$db',
  '$readPreference',
  '$clusterTime',
  'lsid',
  'txnNumber',
  'startTransaction',
  'autocommit',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'comment',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
]);

/** @throws MongoError 40415 for an unknown field, 115 for a known one that is not built here */
export function assertFields(
  name: string,
  body: Doc,
  known: readonly string[],
  refused: readonly string[] = [],
): void {
  for (const [field, value] of Object.entries(body)) {
    if (known.includes(field) || GENERIC.has(field)) continue;
    if (!refused.includes(field))
      throw new MongoError('UnknownField', `BSON field '${name}.${field}' is an unknown field.`);
    if (!isNeutral(field, value)) throw notSupported(`the option "${field}" of ${name}`);
  }
}

/** False, zero, empty: values that change nothing. The simple collation is the order used here. */
function isNeutral(field: string, value: unknown): boolean {
  if (value === false || value === null || value === undefined) return true;
  if (isNumeric(value)) return toDouble(value) === 0;
  if (!isDocument(value)) return false;
  return Object.keys(value).length === 0 || (field === 'collation' && value['locale'] === 'simple');
}

const READ_LEVELS = ['local', 'available', 'majority', 'linearizable', 'snapshot'];

/** @throws MongoError 115 for a guarantee that cannot be given here */
export function assertConcerns(body: Doc, inTransaction: boolean): void {
  const read = body['readConcern'];
  if (!isDocument(read)) return;
  const level = read['level'];
  if (level === undefined) return;
  if (level === 'snapshot' && !inTransaction)
    throw notSupported('readConcern "snapshot" outside a transaction');
  if (typeof level !== 'string' || !READ_LEVELS.includes(level)) {
    throw new MongoError('FailedToParse', `Unrecognized readConcern level '${JSON.stringify(level)}'`);
  }
}
