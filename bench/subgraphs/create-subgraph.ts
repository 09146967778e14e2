import { buildASTSchema, graphqlSync, Kind, parse, type DefinitionNode, type GraphQLSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Representation, Shop, SubgraphName } from './shop.ts';

interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
}

const ENTITIES: Readonly<Record<SubgraphName, string | undefined>> = {
  accounts: 'User',
  inventory: 'Product',
  products: 'Product',
  reviews: 'User | Product | Review',
};

/** The contract, in the syntax of Federation 1: Mercurius knows no other, composition upgrades it for the rest. */
export const readContract = (name: SubgraphName): string =>
  readFileSync(join(import.meta.dirname, `${name}.graphql`), 'utf8');

/** Answers requests of one subgraph with graphql-js; JSON text to JSON text. */
export function createSubgraph(name: SubgraphName, shop: Shop): (body: string) => string {
  const schema = executableSchema(name);
  const rootValue = {
    ...shop.root,
    _service: { sdl: readContract(name) },
    _entities: ({ representations }: { readonly representations: readonly Representation[] }) =>
      representations.map((representation) => shop.entity(name, representation) ?? null),
  };
  return (body) => {
    const { query, variables, operationName } = JSON.parse(body) as GraphqlRequest;
    return JSON.stringify(
      graphqlSync({ schema, source: query, rootValue, variableValues: variables, operationName }),
    );
  };
}

function executableSchema(name: SubgraphName): GraphQLSchema {
  const entities = ENTITIES[name];
  const federation = `
    directive @key(fields: String!) repeatable on OBJECT
    directive @requires(fields: String!) on FIELD_DEFINITION
    directive @provides(fields: String!) on FIELD_DEFINITION
    directive @external on FIELD_DEFINITION
    scalar _Any
    type _Service { sdl: String }
    ${entities === undefined ? '' : `union _Entity = ${entities}`}
    extend type Query {
      _service: _Service!
      ${entities === undefined ? '' : '_entities(representations: [_Any!]!): [_Entity]!'}
    }
  `;
  const { definitions } = parse(readContract(name) + federation);
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions: mergeExtensions(definitions) });
}

/** In Federation 1 a subgraph extends types that it does not define; to graphql-js these are definitions. */
function mergeExtensions(definitions: readonly DefinitionNode[]): readonly DefinitionNode[] {
  const seen = new Set<string>();
  return definitions.map((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_EXTENSION || seen.has(definition.name.value)) return definition;
    seen.add(definition.name.value);
    return { ...definition, kind: Kind.OBJECT_TYPE_DEFINITION };
  });
}
