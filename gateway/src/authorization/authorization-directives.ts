import type { ConstDirectiveNode, DocumentNode } from 'graphql';
import { argumentOf, linkedFeatures, textOf, valuesOf } from '../link/linked-features.ts';
import type { AnyOf } from './authorization-rules.ts';

/** What an application of a directive asks for, by the name the directive has in the supergraph. */
export type AuthorizationDirectives = ReadonlyMap<string, (directive: ConstDirectiveNode) => AnyOf>;

const READERS: Readonly<Record<string, (directive: ConstDirectiveNode) => AnyOf>> = {
  authenticated: () => [['authenticated']],
  requiresScopes: (directive) => listsOf(directive, 'scopes', 'scope:'),
  policy: (directive) => listsOf(directive, 'policies', 'policy:'),
};

/** The directives that the supergraph links, under the names it gives them. */
export const authorizationDirectives = (supergraph: DocumentNode): AuthorizationDirectives =>
  new Map(
    linkedFeatures(supergraph).flatMap(({ feature, nameOf }) => {
      const read = Object.hasOwn(READERS, feature) ? READERS[feature] : undefined;
      return read === undefined ? [] : [[nameOf(feature), read]];
    }),
  );

const listsOf = (directive: ConstDirectiveNode, name: string, prefix: string): AnyOf =>
  valuesOf(argumentOf(directive, name)).map((all) => valuesOf(all).map((each) => prefix + textOf(each)));
