import { describe as group, expect, it } from '@jest/globals';
import { compose } from './compose.ts';
import { describe } from './describe.ts';
import type { DescribedType } from './protocol.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@external", "@requires", "@override", "@inaccessible", "@interfaceObject"])\n`;

const CATALOGUE = `${LINK}
type Query { media(id: ID!): Media  books(first: Int): BookConnection! }
interface Media @key(fields: "id") { id: ID!  title: String! }
type Book implements Media @key(fields: "id") @key(fields: "isbn") {
  id: ID!  isbn: ID!  title: String!  pages: Int  secret: Int @inaccessible  old: Int @deprecated
  author: Author!
}
type Author @key(fields: "id", resolvable: false) { id: ID! }
type BookConnection { edges: [BookEdge!]! }
type BookEdge { node: Book! }
`;
const PEOPLE = `${LINK}
type Query { authors: [Author!]! }
type Author @key(fields: "id") { id: ID!  name: String! }
type Media @key(fields: "id") @interfaceObject { id: ID!  likes: Int! }
`;

/** What is an interface object in a subgraph cannot have its types there. */
const PRINT = `${LINK}
type Book @key(fields: "id") {
  id: ID!  pages: Int @override(from: "catalogue")  isbn: ID! @external  barcode: String @requires(fields: "isbn")
}
`;

group('describe', () => {
  const { supergraph, errors } = compose([
    { name: 'catalogue', url: 'http://catalogue.test', sdl: CATALOGUE },
    { name: 'people', url: '', sdl: PEOPLE },
    { name: 'print', url: 'http://print.test', sdl: PRINT },
  ]);
  const description = describe(supergraph?.sdl ?? '');
  const type = (name: string): DescribedType | undefined =>
    description.types.find((each) => each.name === name);
  const field = (typeName: string, name: string) => type(typeName)?.fields.find((each) => each.name === name);

  it('names the subgraphs as they are published', () => {
    expect(errors).toEqual([]);
    expect(description.subgraphs).toEqual([
      { name: 'catalogue', url: 'http://catalogue.test' },
      { name: 'people', url: '' },
      { name: 'print', url: 'http://print.test' },
    ]);
  });

  it('knows entities by their keys, and who only refers to them', () => {
    expect(type('Book')?.keys).toEqual([
      { subgraph: 'catalogue', fields: 'id', isResolvable: true },
      { subgraph: 'catalogue', fields: 'isbn', isResolvable: true },
      { subgraph: 'print', fields: 'id', isResolvable: true },
    ]);
    expect(type('Author')?.keys).toContainEqual({ subgraph: 'catalogue', fields: 'id', isResolvable: false });
    expect(type('BookEdge')?.keys).toEqual([]);
  });

  it('tells who resolves a field: not who was overridden, nor who only knows it', () => {
    expect(field('Book', 'id')?.subgraphs).toEqual(['catalogue', 'print']);
    expect(field('Book', 'pages')?.subgraphs).toEqual(['print']);
    expect(field('Book', 'isbn')?.subgraphs).toEqual(['catalogue']);
    expect(field('Book', 'barcode')).toMatchObject({ subgraphs: ['print'], requires: ['isbn'] });
    expect(field('Book', 'likes')?.subgraphs).toEqual(['people']);
  });

  it('follows a field to the entity behind connections and edges', () => {
    expect(field('Query', 'books')?.entities).toEqual(['Book']);
    expect(field('Book', 'author')?.entities).toEqual(['Author']);
    expect(field('Book', 'title')?.entities).toEqual([]);
  });

  it('knows what clients do not see, and what they should not use any more', () => {
    expect(field('Book', 'secret')).toMatchObject({ isHidden: true });
    expect(field('Book', 'old')).toMatchObject({ isDeprecated: true, isHidden: false });
  });
});
