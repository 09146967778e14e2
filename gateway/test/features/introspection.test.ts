import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  buildClientSchema,
  getIntrospectionQuery,
  printType,
  type GraphQLNamedType,
  type IntrospectionQuery,
} from 'graphql';
import { federate, type Federation } from '../../src/testing/federate.ts';
import { DOCUMENT } from '../testing/entity.ts';

describe('introspection', () => {
  let graph: Federation<'a' | 'b'>;

  beforeAll(async () => {
    graph = await federate({
      a: {
        sdl: `
          type Query { "The thing." thing(id: ID! = "x", filter: Filter): Thing }
          "Something."
          type Thing @key(fields: "id") { id: ID! name: String @deprecated(reason: "use title") secret: Int @inaccessible }
          input Filter { limit: Int = 3 }
        `,
        resolvers: { Query: { thing: () => ({ id: '1' }) } },
      },
      b: {
        sdl: 'scalar Date @specifiedBy(url: "https://example.com/date") type Thing @key(fields: "id") { id: ID! title: String at: Date }',
      },
    });
  });

  afterAll(() => graph.stop());

  it('shows one schema, and nothing of how it is made', async () => {
    const { data, errors } = await graph.query(getIntrospectionQuery({ specifiedByUrl: true }));

    expect(errors).toBeUndefined();
    const schema = buildClientSchema(data as IntrospectionQuery);
    expect(printType(schema.getType('Thing') as GraphQLNamedType)).toBe(
      [
        '"""Something."""',
        'type Thing {',
        '  id: ID!',
        '  name: String @deprecated(reason: "use title")',
        '  title: String',
        '  at: Date',
        '}',
      ].join('\n'),
    );
    expect(printType(schema.getQueryType() as GraphQLNamedType)).toBe(
      'type Query {\n  """The thing."""\n  thing(id: ID! = "x", filter: Filter): Thing\n}',
    );
    const own = Object.keys(schema.getTypeMap()).filter((name) => !name.startsWith('__'));
    expect(own.sort()).toEqual(['Boolean', 'Date', 'Filter', 'ID', 'Int', 'Query', 'String', 'Thing']);
    expect(graph.requests()).toEqual({});
  });

  it('goes with data in one operation', async () => {
    const { data } = await graph.query(
      `query ($name: String!) { ...S thing { __typename id } t: __type(name: $name) { kind name } none: __type(name: "No") { name } }
       fragment S on Query { __schema { queryType { name } mutationType { name } } kind: __typename }`,
      { name: 'Filter' },
    );

    expect(data).toEqual({
      __schema: { queryType: { name: 'Query' }, mutationType: null },
      kind: 'Query',
      thing: { __typename: 'Thing', id: '1' },
      t: { kind: 'INPUT_OBJECT', name: 'Filter' },
      none: null,
    });
    expect(graph.requests()).toEqual({ a: [DOCUMENT] });
  });

  it('has the names that the client gave it in fragments, too', async () => {
    const { data } = await graph.query(
      `{ thing { kind: name } thingType: __type(name: "Thing") { ...K }
         __schema { queryType { ...Q } types { ...T } } }
       fragment K on __Type { kind }
       fragment Q on __Type { fields { name } }
       fragment T on __Type { fields(includeDeprecated: true) { name } }`,
    );

    graph.requests();
    const { types, queryType } = data.__schema;
    expect(data.thingType).toEqual({ kind: 'OBJECT' });
    expect(queryType).toEqual({ fields: [{ name: 'thing' }] });
    expect(types).toContainEqual({ fields: ['id', 'name', 'title', 'at'].map((name) => ({ name })) });
  });

  it('is left out where @skip and @include say so', async () => {
    const { data } = await graph.query(
      'query ($yes: Boolean!) { __schema @skip(if: $yes) { description } __type(name: "Date") @include(if: $yes) { specifiedByURL } }',
      { yes: true },
    );

    expect(data).toEqual({ __type: { specifiedByURL: 'https://example.com/date' } });
    expect(graph.requests()).toEqual({});
  });

  it('of __typename alone asks nobody', async () => {
    expect((await graph.query('{ __typename kind: __typename }')).data).toEqual({
      __typename: 'Query',
      kind: 'Query',
    });
    expect(graph.requests()).toEqual({});
  });
});
