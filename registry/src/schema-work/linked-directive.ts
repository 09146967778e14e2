import { Kind, valueFromASTUntyped, type ConstDirectiveNode, type DocumentNode } from 'graphql';

export const TAG = 'https://specs.apollo.dev/tag';
export const INACCESSIBLE = 'https://specs.apollo.dev/inaccessible';

/**
 * What a schema calls the directive that a specification is named for: as it is imported, or else as the specification is.
 *
 * @param identity URL of the specification, without its version.
 * @returns undefined: the schema does not link it, and a directive of that name is another one.
 * @see https://specs.apollo.dev/link/v1.0/
 */
export function linkedDirective(document: DocumentNode, identity: string): string | undefined {
  const link = linksOf(document).find((each) => each.identity === identity);
  const imported = link?.imports.find(({ name }) => name === `@${nameIn(identity)}`);
  return imported?.as.replace('@', '') ?? link?.namespace;
}

/** What the names of specifications' own types begin with, before `__`. */
export const linkedNamespaces = (document: DocumentNode): ReadonlySet<string> =>
  new Set(linksOf(document).map(({ namespace }) => namespace));

interface Link {
  readonly identity: string;
  readonly namespace: string;
  readonly imports: readonly { readonly name: string; readonly as: string }[];
}

function linksOf({ definitions }: DocumentNode): readonly Link[] {
  const applied = definitions.flatMap((each) =>
    each.kind === Kind.SCHEMA_DEFINITION || each.kind === Kind.SCHEMA_EXTENSION
      ? (each.directives ?? [])
      : [],
  );
  return applied.flatMap((directive) => {
    const { url, as, import: imports } = argumentsOf(directive);
    if (typeof url !== 'string') return [];
    const identity = url.slice(0, url.lastIndexOf('/'));
    return [
      {
        identity,
        namespace: typeof as === 'string' ? as : nameIn(identity),
        imports: (Array.isArray(imports) ? imports : []).map(readImport),
      },
    ];
  });
}

function readImport(given: string | { readonly name: string; readonly as?: string }): Link['imports'][0] {
  if (typeof given === 'string') return { name: given, as: given };
  return { name: given.name, as: given.as ?? given.name };
}

const nameIn = (identity: string): string => identity.slice(identity.lastIndexOf('/') + 1);

const argumentsOf = ({ arguments: given = [] }: ConstDirectiveNode): Readonly<Record<string, unknown>> =>
  Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
