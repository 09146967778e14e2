import { Kind, type ConstDirectiveNode, type ConstValueNode, type DocumentNode } from 'graphql';
import type { AnyOf } from './authorization-rules.ts';

/** What an application of a directive asks for, by the name the directive has in the supergraph. */
export type AuthorizationDirectives = ReadonlyMap<string, (directive: ConstDirectiveNode) => AnyOf>;

const READERS: Readonly<Record<string, (directive: ConstDirectiveNode) => AnyOf>> = {
  authenticated: () => [['authenticated']],
  requiresScopes: (directive) => listsOf(directive, 'scopes', 'scope:'),
  policy: (directive) => listsOf(directive, 'policies', 'policy:'),
};

/** The directives that the supergraph links, under the names it gives them. */
export function authorizationDirectives({ definitions }: DocumentNode): AuthorizationDirectives {
  const links = definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? []).filter(({ name }) => name.value === 'link')
      : [],
  );
  const found = new Map<string, (directive: ConstDirectiveNode) => AnyOf>();
  for (const link of links) {
    const [, feature = ''] =
      /^https:\/\/specs\.apollo\.dev\/(\w+)\/v\d+\.\d+$/.exec(textOf(argumentOf(link, 'url'))) ?? [];
    const read = Object.hasOwn(READERS, feature) ? READERS[feature] : undefined;
    if (read !== undefined) found.set(nameGivenBy(link, feature), read);
  }
  return found;
}

/** @see https://specs.apollo.dev/link/v1.0/ */
function nameGivenBy(link: ConstDirectiveNode, feature: string): string {
  const imports = argumentOf(link, 'import');
  const imported = (imports?.kind === Kind.LIST ? imports.values : []).flatMap((value) => {
    if (value.kind !== Kind.OBJECT) return [];
    const member = (name: string): string =>
      textOf(value.fields.find((field) => field.name.value === name)?.value);
    return member('name') === `@${feature}` && member('as') !== '' ? [member('as').slice(1)] : [];
  });
  const prefix = textOf(argumentOf(link, 'as'));
  // The directive that has the feature's own name is known by the feature's name.
  return imported[0] ?? (prefix === '' ? feature : prefix);
}

const listsOf = (directive: ConstDirectiveNode, name: string, prefix: string): AnyOf =>
  valuesOf(argumentOf(directive, name)).map((all) => valuesOf(all).map((each) => prefix + textOf(each)));

/** A list; what is no list stands for one of it alone, as for any input. */
const valuesOf = (value: ConstValueNode | undefined): readonly ConstValueNode[] =>
  value === undefined ? [] : value.kind === Kind.LIST ? value.values : [value];

const argumentOf = (directive: ConstDirectiveNode, name: string): ConstValueNode | undefined =>
  directive.arguments?.find((argument) => argument.name.value === name)?.value;

const textOf = (value: ConstValueNode | undefined): string =>
  value?.kind === Kind.STRING ? value.value : '';
