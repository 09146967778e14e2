import { Kind, type ASTNode } from 'graphql';

/** @see https://spec.graphql.org/September2025/#ExecutableDirectiveLocation */
const EXECUTABLE: ReadonlySet<string> = new Set([
  'QUERY',
  'MUTATION',
  'SUBSCRIPTION',
  'FIELD',
  'FRAGMENT_DEFINITION',
  'FRAGMENT_SPREAD',
  'INLINE_FRAGMENT',
  'VARIABLE_DEFINITION',
]);

/** Whether directives are there in operations, and not in schemas. */
export const isExecutableLocation = (location: string): boolean => EXECUTABLE.has(location);

/** What directives on a part of an operation say that they are on. */
export function executableLocationOf(node: ASTNode): string | undefined {
  if (node.kind === Kind.OPERATION_DEFINITION) return node.operation.toUpperCase();
  const location = node.kind.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
  return isExecutableLocation(location) ? location : undefined;
}
