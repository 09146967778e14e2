import { describe, expect, it } from '@jest/globals';
import { compose } from './compose.ts';
import { describe as describeSupergraph } from './describe.ts';
import { filterByTags } from './filter-by-tags.ts';
import type { TagFilter } from './protocol.ts';

const FEDERATION = 'https://specs.apollo.dev/federation/v2.9';
const EXCLUDE: TagFilter = { include: [], exclude: ['internal'], hideUnreachableTypes: false };

const supergraphOf = (sdl: string): string => {
  const { errors, supergraph } = compose([{ name: 'shop', url: 'http://shop.test', sdl }]);
  expect(errors).toEqual([]);
  return supergraph?.sdl ?? '';
};
/** What a contract shows of a schema. */
const shown = (sdl: string, filter = EXCLUDE): string => {
  const { errors, supergraph } = filterByTags({ supergraphSdl: supergraphOf(sdl), filter });
  expect(errors).toEqual([]);
  return supergraph?.apiSdl ?? '';
};

describe('a contract finds the tags of its source', () => {
  it.each<[string, string, string]>([
    ['by their own name', `import: ["@tag"]`, 'tag'],
    ['imported under another name', `import: [{ name: "@tag", as: "@label" }]`, 'label'],
    ['not imported', `import: []`, 'federation__tag'],
    ['not imported, of a namespace with another name', `as: "fed", import: []`, 'fed__tag'],
  ])('%s', (_, link, tag) => {
    const sdl = `extend schema @link(url: "${FEDERATION}", ${link})
      type Query { open: Int @${tag}(name: "public") secret: Int @${tag}(name: "internal") other: Int }`;

    expect(shown(sdl)).toBe('type Query {\n  open: Int\n  other: Int\n}');
    expect(shown(sdl, { include: ['public'], exclude: [], hideUnreachableTypes: true })).toBe(
      'type Query {\n  open: Int\n}',
    );
  });

  it('and takes no other directive for them', () => {
    const sdl = `extend schema
        @link(url: "${FEDERATION}", import: [{ name: "@tag", as: "@label" }, "@composeDirective"])
        @link(url: "https://example.com/mine/v1.0", import: ["@tag"])
        @composeDirective(name: "@tag")
      directive @tag(name: String) on FIELD_DEFINITION
      type Query { open: Int @tag(name: "internal") secret: Int @label(name: "internal") }`;

    expect(shown(sdl)).toBe('type Query {\n  open: Int\n}');
  });
});

describe('a contract filters', () => {
  it('types with two underscores in their names, and none of a specification', () => {
    const sdl = `extend schema @link(url: "${FEDERATION}", import: ["@tag", "@requiresScopes"])
      type Query { open: Int @requiresScopes(scopes: [["a"]]) @tag(name: "public") mine: my__Type @tag(name: "internal") }
      type my__Type @tag(name: "internal") { a: Int }`;

    expect(shown(sdl)).toBe('type Query {\n  open: Int\n}');
    expect(shown(sdl, { include: ['public'], exclude: [], hideUnreachableTypes: true })).toBe(
      'type Query {\n  open: Int\n}',
    );
  });
});

describe('a contract hides what it does', () => {
  it.each<[string, string, string]>([
    ['the specification’s name', `"@inaccessible"`, 'inaccessible'],
    ['another name', `{ name: "@inaccessible", as: "@secret" }`, 'secret'],
  ])('in a source that hides by %s', (_, imported, name) => {
    const sdl = `extend schema @link(url: "${FEDERATION}", import: ["@tag", ${imported}])
      type Query { open: Int hidden: Int @${name} internal: Int @tag(name: "internal") both: Int @${name} @tag(name: "internal") }`;

    expect(shown(sdl)).toBe('type Query {\n  open: Int\n}');
  });

  it('in a source with another directive of that name', () => {
    const sdl = `extend schema
        @link(url: "${FEDERATION}", import: ["@tag", "@composeDirective"])
        @link(url: "https://example.com/mine/v1.0", import: ["@inaccessible"])
        @composeDirective(name: "@inaccessible")
      directive @inaccessible on FIELD_DEFINITION
      type Query { open: Int @inaccessible secret: Int @tag(name: "internal") }`;

    expect(shown(sdl)).toBe('type Query {\n  open: Int\n}');
  });

  it('and the console says so, whatever the directive is called', () => {
    const { types } = describeSupergraph(
      supergraphOf(`extend schema @link(url: "${FEDERATION}", import: [{ name: "@inaccessible", as: "@secret" }])
        type Query { open: Int hidden: Int @secret }`),
    );

    expect(types[0]?.fields.map(({ name, isHidden }) => [name, isHidden])).toEqual([
      ['open', false],
      ['hidden', true],
    ]);
  });
});
