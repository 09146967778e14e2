import { Int32 } from 'bson';
import { asDocument, isArray, type Doc } from '../bson/value.ts';
import { isIdentical } from '../query/compare.ts';

interface Description {
  readonly updatedFields: Doc;
  readonly removedFields: string[];
  readonly truncatedArrays: Doc[];
}

/** What turns one document into the other, as `updateDescription` says it. */
export function describeUpdate(before: Doc, after: Doc): Doc {
  const description: Description = { updatedFields: {}, removedFields: [], truncatedArrays: [] };
  compareDocuments(before, after, '', description);
  return { ...description };
}

function compareDocuments(before: Doc, after: Doc, prefix: string, into: Description): void {
  for (const name of Object.keys(before))
    if (!Object.hasOwn(after, name)) into.removedFields.push(prefix + name);
  for (const [name, value] of Object.entries(after)) compare(before[name], value, prefix + name, into);
}

function compare(before: unknown, after: unknown, path: string, into: Description): void {
  if (before !== undefined && isIdentical(before, after)) return;
  if (isArray(before) && isArray(after)) {
    if (after.length < before.length)
      into.truncatedArrays.push({ field: path, newSize: new Int32(after.length) });
    for (const [index, item] of after.entries()) compare(before[index], item, `${path}.${index}`, into);
    return;
  }
  const [old, current] = [asDocument(before), asDocument(after)];
  if (old && current) compareDocuments(old, current, `${path}.`, into);
  else into.updatedFields[path] = after;
}
