import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { readAuthorizationRules, type AuthorizationRules } from './authorization-rules.ts';

/** As much of a supergraph as the rules are read from. */
const rulesOf = (types: string, links: string): AuthorizationRules | undefined =>
  readAuthorizationRules(
    parse(`schema @link(url: "https://specs.apollo.dev/link/v1.0") ${links} { query: Query } ${types}`),
  );

const AUTHENTICATED = '@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)';
const SCOPES = '@link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)';
const POLICY = '@link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY)';
const CONTEXT = '@link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY)';

describe('rules of authorization', () => {
  it('are none where nothing is linked, whatever directives are called', () => {
    expect(rulesOf('type Query { a: Int @authenticated }', '')).toBeUndefined();
  });

  it('are of the field, and of the type it returns', () => {
    const rules = rulesOf(
      `type Query { a: [A!]! @policy(policies: [["p"]]) b: Level }
       type A @requiresScopes(scopes: [["s", "t"], ["u"]]) { x: Int }
       enum Level @authenticated { LOW }`,
      AUTHENTICATED + SCOPES + POLICY,
    );

    expect(rules?.ofField('Query', 'a')).toEqual([[['policy:p']], [['scope:s', 'scope:t'], ['scope:u']]]);
    expect(rules?.ofField('Query', 'b')).toEqual([[['authenticated']]]);
    expect(rules?.ofField('A', 'x')).toBeUndefined();
    expect(rules?.ofType('A')).toEqual([[['scope:s', 'scope:t'], ['scope:u']]]);
    expect([...(rules?.permissions ?? [])].sort()).toEqual([
      'authenticated',
      'policy:p',
      'scope:s',
      'scope:t',
      'scope:u',
    ]);
  });

  it('are on an interface those of every kind there is', () => {
    const rules = rulesOf(
      `type Query { node: Node }
       interface Node { id: ID name: String }
       type A implements Node { id: ID name: String @requiresScopes(scopes: [["s"]]) }
       type B implements Node @authenticated { id: ID name: String }`,
      AUTHENTICATED + SCOPES,
    );

    expect(rules?.ofField('Node', 'id')).toEqual([[['authenticated']]]);
    expect(rules?.ofField('Node', 'name')).toEqual([[['scope:s']], [['authenticated']]]);
    expect(rules?.ofField('A', 'id')).toBeUndefined();
  });

  it('are also those of what a field requires, and of what that requires', () => {
    const rules = rulesOf(
      `type Query { p: Product }
       type Product {
         size: Size
         weight: Int @join__field(graph: B, requires: "size { cm ... on Size { inches } }")
         cost: Int @join__field(graph: C, requires: "weight")
       }
       type Size { cm: Int @authenticated inches: Int @requiresScopes(scopes: [["imperial"]]) }`,
      AUTHENTICATED + SCOPES,
    );

    expect(rules?.ofField('Product', 'cost')).toEqual([[['authenticated']], [['scope:imperial']]]);
    expect(rules?.ofField('Product', 'size')).toBeUndefined();
  });

  it.each([
    ['context', CONTEXT],
    ['as', CONTEXT.replace('for:', 'as: "around", for:')],
  ])('are also those of what a field takes from a context: %s', (name, link) => {
    const directive = name === 'as' ? 'around' : 'context';
    const rules = rulesOf(
      `type Query { shop: Shop stall: Stall }
       interface Place { currency: String }
       type Shop @DIRECTIVE(name: "a__shop") @DIRECTIVE(name: "a__other") {
         currency: String @authenticated
         owner: Person
       }
       type Stall implements Place @DIRECTIVE(name: "a__shop") {
         currency: String @requiresScopes(scopes: [["stalls"]])
       }
       type Person @requiresScopes(scopes: [["people"]]) { name: String }
       type Offer {
         price: Int @join__field(graph: A, contextArguments: [
           {context: "a__shop", name: "in", type: "String", selection: " { currency }"}
         ])
         stall: Int @join__field(graph: A, contextArguments: [
           {context: "a__shop", name: "in", type: "String", selection: " ... on Stall { currency }"}
         ])
         seller: Int @join__field(graph: A, contextArguments: [
           {context: "a__other", name: "in", type: "String", selection: "{ currency }"}
           {context: "a__other", name: "of", type: "String", selection: "{ owner { name } }"}
         ])
         total: Int @join__field(graph: B, requires: "price")
         id: ID
       }`.replaceAll('DIRECTIVE', directive),
      AUTHENTICATED + SCOPES + link,
    );

    expect(rules?.ofField('Offer', 'price')).toEqual([[['authenticated']], [['scope:stalls']]]);
    expect(rules?.ofField('Offer', 'stall')).toEqual([[['scope:stalls']]]);
    expect(rules?.ofField('Offer', 'seller')).toEqual([[['authenticated']], [['scope:people']]]);
    expect(rules?.ofField('Offer', 'total')).toEqual([[['authenticated']], [['scope:stalls']]]);
    expect(rules?.ofField('Offer', 'id')).toBeUndefined();
  });

  it.each([
    ['as', '@link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "signedIn")'],
    [
      'import',
      '@link(url: "https://specs.apollo.dev/authenticated/v0.1", import: [{ name: "@authenticated", as: "@signedIn" }])',
    ],
  ])('are found under the name the supergraph gives a directive: %s', (_how, link) => {
    const rules = rulesOf('type Query { a: Int @signedIn b: Int @authenticated }', link);

    expect(rules?.ofField('Query', 'a')).toEqual([[['authenticated']]]);
    expect(rules?.ofField('Query', 'b')).toBeUndefined();
  });
});
