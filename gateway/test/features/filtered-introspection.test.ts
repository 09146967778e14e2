import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { buildClientSchema, getIntrospectionQuery, printSchema } from 'graphql';
import type { Federation } from '../../src/testing/federate.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';
import { as, permissionsOfHeader as credentials } from '../testing/permissions-of-header.ts';

const SDL = `
  type Query {
    me: User
    vault(kind: VaultKind): Vault
    search(by: Filter): [Found!]
    nodes: [Node]
    report(range: Range!): Report @requiresScopes(scopes: [["audit"]])
  }
  type Mutation { close(reason: Reason): Int @authenticated }
  type User implements Node { id: ID! name: String email: String @authenticated }
  type Vault implements Node @requiresScopes(scopes: [["bank"]]) { id: ID! gold: Gold }
  type Gold { grams: Int }
  type Report { lines: [ReportLine!] }
  type ReportLine { text: String level: Level @policy(policies: [["secret"]]) }
  enum Level { LOW HIGH }
  enum VaultKind { BIG SMALL }
  enum Reason { LOST }
  input Range { from: Int to: Int }
  input Filter { text: String }
  union Found = User | Vault
  interface Node { id: ID! }
`;

describe('introspection', () => {
  const start = graphsOfATest();
  const graph = (filterIntrospection: boolean) =>
    start(
      { bank: { sdl: SDL, resolvers: { Query: { me: () => ({ id: 1, name: 'Ada', email: 'a@b' }) } } } },
      {
        credentials,
        authorization: {
          directives: true,
          filterIntrospection,
          rejectUnauthorized: false,
          requireAuthentication: false,
        },
      },
    );
  const seenBy = async (system: Federation<'bank'>, ...permissions: string[]) => {
    const { data, errors } = await system.query(getIntrospectionQuery(), {}, as(...permissions));
    expect(errors).toBeUndefined();
    return printSchema(buildClientSchema(data, { assumeValid: true }));
  };

  it('tells everybody of everything, unless it is filtered', async () => {
    expect(await seenBy(await graph(false))).toContain('report(range: Range!)');
  });

  it('tells of what a caller may see, and of nothing that only leads there', async () => {
    const system = await graph(true);

    expect(await seenBy(system)).toBe(
      `type Query {
  me: User
  search(by: Filter): [Found!]
}

type User {
  id: ID!
  name: String
}

input Filter {
  text: String
}

union Found = User`,
    );
    const signedIn = await seenBy(system, 'authenticated');
    expect(signedIn).toContain('close(reason: Reason): Int');
    expect(signedIn).toContain('email: String');
    expect(signedIn).not.toMatch(/Vault|Report|Level/);
    expect(await seenBy(system, 'scope:bank')).toMatch(/union Found = User \| Vault/);
    const auditor = await seenBy(system, 'scope:audit');
    expect(auditor).toContain('report(range: Range!): Report');
    expect(auditor).not.toContain('Level');
  });

  it('does not know a hidden type by name, and answers beside data', async () => {
    const system = await graph(true);
    const query = '{ me { name } user: __type(name: "User") { name } vault: __type(name: "Vault") { name } }';

    expect((await system.query(query)).data).toEqual({
      me: { name: 'Ada' },
      user: { name: 'User' },
      vault: null,
    });
    expect((await system.query(query, {}, as('scope:bank'))).data.vault).toEqual({ name: 'Vault' });
  });

  it('leaves a query type without fields to whoever may see nothing', async () => {
    const system = await start(
      { a: { sdl: 'type Query { n: Int @authenticated }' } },
      {
        credentials,
        authorization: {
          directives: true,
          filterIntrospection: true,
          rejectUnauthorized: false,
          requireAuthentication: false,
        },
      },
    );
    const { data } = await system.query(
      '{ __schema { queryType { name fields { name } } mutationType { name } } }',
    );

    expect(data.__schema).toEqual({ queryType: { name: 'Query', fields: [] }, mutationType: null });
  });

  it('tells of what can be asked for without being refused, and of nothing else', async () => {
    const system = await graph(true);
    const leaves = (name: string): string => `{ __type(name: "${name}") { fields { name } } }`;
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(['authenticated', 'scope:bank', 'scope:audit', 'policy:secret']),
        async (permissions) => {
          const fieldsOf = async (type: string): Promise<string[]> => {
            const { data } = await system.query(leaves(type), {}, as(...permissions));
            return (data.__type?.fields ?? []).map(({ name }: { name: string }) => name);
          };
          const asked = {
            Query: {
              me: '{ me { id } }',
              vault: '{ vault { id } }',
              search: '{ search { __typename } }',
              nodes: '{ nodes { id } }',
              report: '{ report(range: {}) { __typename } }',
            },
            User: { email: '{ me { email } }', name: '{ me { name } }' },
            ReportLine: {
              text: '{ report(range: {}) { lines { text } } }',
              level: '{ report(range: {}) { lines { level } } }',
            },
          };
          for (const [type, fields] of Object.entries(asked)) {
            const shown = await fieldsOf(type);
            for (const [field, query] of Object.entries(fields)) {
              const { errors = [] } = await system.query(query, {}, as(...permissions));
              const isRefused = errors.some(
                ({ extensions }) => extensions?.code === 'UNAUTHORIZED_FIELD_OR_TYPE',
              );
              expect({ type, field, isShown: shown.includes(field) }).toEqual({
                type,
                field,
                isShown: !isRefused,
              });
            }
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});
