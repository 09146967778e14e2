import { MongoError } from '../errors.ts';
import { getField, isArray, isDocument, setField, type Doc } from '../bson/value.ts';
import { parsePath, type Path } from '../query/path.ts';
import { isPositional } from './walk.ts';

export interface Rename {
  readonly from: Path;
  readonly to: Path;
}

export function compileRename(from: string, to: unknown): Rename {
  if (typeof to !== 'string')
    throw new MongoError('BadValue', `The 'to' field for $rename must be a string: ${from}`);
  const rename = { from: parsePath(from), to: parsePath(to) };
  if ([...rename.from, ...rename.to].some(isPositional)) {
    throw new MongoError('BadValue', `The source and target of $rename may not be dynamic: ${from}, ${to}`);
  }
  return rename;
}

/** Moves a field; nothing happens when it is missing. Neither path may lead through an array. */
export function applyRename(doc: Doc, { from, to }: Rename): void {
  const source = parentOf(doc, from, false);
  const name = from.at(-1) ?? '';
  const value = source && getField(source, name);
  if (!source || value === undefined) return;
  Reflect.deleteProperty(source, name);
  const target = parentOf(doc, to, true);
  if (target) setField(target, to.at(-1) ?? '', value);
}

function parentOf(doc: Doc, path: Path, create: boolean): Doc | undefined {
  let parent = doc;
  for (const component of path.slice(0, -1)) {
    let next = getField(parent, component);
    if (next === undefined && create) setField(parent, component, (next = {}));
    if (isArray(next))
      throw new MongoError(
        'BadValue',
        `The field of $rename cannot be an array element: '${path.join('.')}'`,
      );
    if (!isDocument(next)) {
      if (!create) return undefined;
      throw new MongoError(
        'PathNotViable',
        `Cannot create field '${path.at(-1) ?? ''}' in element {${component}: ${JSON.stringify(next)}}`,
      );
    }
    parent = next;
  }
  return parent;
}
