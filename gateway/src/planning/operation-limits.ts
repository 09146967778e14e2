import { Kind, visit, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { fragmentsOf } from '../execution/collect-fields.ts';

/** What an operation may be; undefined: no limit. */
export interface OperationLimits {
  /** Most lexical tokens of a document. */
  readonly maxTokens: number;
  /** Deepest nesting of selections in a document, as it is written. */
  readonly maxRecursion: number;
  /** Deepest nesting of fields, fragments expanded. */
  readonly maxDepth: number | undefined;
  /** Most fields, fragments expanded; fields of one selection set that have one response name are one. */
  readonly maxHeight: number | undefined;
  readonly maxRootFields: number | undefined;
  readonly maxAliases: number | undefined;
  /** Most directives, as they are written: a fragment's count once. */
  readonly maxDirectives: number | undefined;
  /** The last five are told of in the log and not enforced. */
  readonly warnOnly: boolean;
}

export type LimitCode =
  | 'MAX_DEPTH_LIMIT'
  | 'MAX_HEIGHT_LIMIT'
  | 'MAX_ROOT_FIELDS_LIMIT'
  | 'MAX_ALIASES_LIMIT'
  | 'MAX_DIRECTIVES_LIMIT';

export interface ExceededLimit {
  readonly code: LimitCode;
  readonly message: string;
}

/**
 * The limits that an operation is beyond. The measures are Apollo Router's, so that the same limit admits the same
 * operations.
 *
 * @param document The operation with the fragments it uses; valid, so that no fragment contains itself.
 */
export function exceededLimits(
  document: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
  { maxDepth, maxHeight, maxRootFields, maxAliases, maxDirectives }: OperationLimits,
): readonly ExceededLimit[] {
  const limits = [maxDepth, maxHeight, maxRootFields, maxAliases, maxDirectives];
  if (limits.every((limit) => limit === undefined)) return [];
  const { depth, height, rootFields, aliases } = measure(document, selectionSet);
  const exceeded: ExceededLimit[] = [];
  const check = (code: LimitCode, is: number, most: number | undefined, what: string): void => {
    if (most === undefined || is <= most) return;
    exceeded.push({ code, message: `The operation has ${what} ${is}; the limit is ${most}.` });
  };
  check('MAX_DEPTH_LIMIT', depth, maxDepth, 'a depth of');
  check('MAX_HEIGHT_LIMIT', height, maxHeight, 'a height of');
  check('MAX_ROOT_FIELDS_LIMIT', rootFields, maxRootFields, 'a number of root fields of');
  check('MAX_ALIASES_LIMIT', aliases, maxAliases, 'a number of aliases of');
  if (maxDirectives !== undefined)
    check('MAX_DIRECTIVES_LIMIT', countDirectives(document), maxDirectives, 'a number of directives of');
  return exceeded;
}

function countDirectives(document: DocumentNode): number {
  let directives = 0;
  visit(document, {
    Directive: () => {
      directives += 1;
    },
  });
  return directives;
}

interface Measures {
  readonly depth: number;
  readonly height: number;
  readonly rootFields: number;
  readonly aliases: number;
}

/** Fields below a selection set, and the response names it brings itself. */
interface Extent {
  readonly depth: number;
  readonly aliases: number;
  /** Fields below its own fields. */
  readonly below: number;
  readonly names: ReadonlySet<string>;
}

/** Every fragment is measured once, however often it is spread: the time taken is that of the document's length. */
function measure(document: DocumentNode, root: SelectionSetNode): Measures {
  const fragments = fragmentsOf(document);
  const measured = new Map<SelectionSetNode, Extent>();

  function extentOf(selectionSet: SelectionSetNode): Extent {
    const known = measured.get(selectionSet);
    if (known !== undefined) return known;
    let depth = 0;
    let aliases = 0;
    let below = 0;
    const names = new Set<string>();
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.alias !== undefined) aliases += 1;
        names.add(selection.alias?.value ?? selection.name.value);
        const inner = selection.selectionSet && extentOf(selection.selectionSet);
        depth = Math.max(depth, 1 + (inner?.depth ?? 0));
        aliases += inner?.aliases ?? 0;
        below += inner === undefined ? 0 : inner.below + inner.names.size;
        continue;
      }
      const set =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection.selectionSet
          : fragments.get(selection.name.value)?.selectionSet;
      if (set === undefined) continue;
      const inner = extentOf(set);
      depth = Math.max(depth, inner.depth);
      aliases += inner.aliases;
      below += inner.below;
      for (const name of inner.names) names.add(name);
    }
    const extent = { depth, aliases, below, names };
    measured.set(selectionSet, extent);
    return extent;
  }

  const { depth, aliases, below, names } = extentOf(root);
  return { depth, aliases, height: below + names.size, rootFields: names.size };
}
