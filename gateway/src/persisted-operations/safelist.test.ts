import { describe, expect, it } from '@jest/globals';
import { readManifests } from './manifest.ts';
import { Safelist } from './safelist.ts';

const LONG = `query A { ${'n '.repeat(50)}}`;

const manifestOf = (...bodies: string[]) =>
  readManifests([
    {
      path: 'manifest.json',
      text: JSON.stringify({
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: bodies.map((body, index) => ({ id: `${index}`, body, name: 'A', type: 'query' })),
      }),
    },
  ]);

describe('a safelist', () => {
  it('has the same document in another layout, with its definitions in another order', () => {
    const manifest = manifestOf('query A { ...F ...G } fragment F on Query { n } fragment G on Query { n }');
    const safelist = new Safelist(100);

    expect(
      safelist.has(
        '# one\nfragment G on Query { n, }\nfragment F on Query { n, }\nquery A {\n ...F, ...G }',
        manifest,
      ),
    ).toBe(true);
    expect(
      safelist.has('query A { ...G ...F } fragment F on Query { n } fragment G on Query { n }', manifest),
    ).toBe(false);
  });

  it('has what may be written with more words', () => {
    const safelist = new Safelist(100);

    expect(safelist.has('query { n }', manifestOf('{ n }'))).toBe(true);
    expect(safelist.has('{ n }', manifestOf('query { n }'))).toBe(true);
    expect(safelist.has('query{n}query{n}query{n}', manifestOf('{n}{n}{n}'))).toBe(true);
  });

  it('reads no more of a document than any may have', () => {
    const safelist = new Safelist(20);

    expect(safelist.has(LONG.replace('{', '{ '), manifestOf(LONG))).toBe(false);
    // As it is in the manifest it is told what is wrong with it when it is prepared.
    expect(safelist.has(LONG, manifestOf(LONG))).toBe(true);
    expect(new Safelist(1_000).has(LONG.replace('{', '{ '), manifestOf('{ n }', LONG))).toBe(true);
  });

  it('has what is no GraphQL only as it is', () => {
    const safelist = new Safelist(100);

    expect(safelist.has('{', manifestOf('{', '{ n }'))).toBe(true);
    expect(safelist.has('{ ', manifestOf('{', '{ n }'))).toBe(false);
    expect(safelist.has('{ n }', manifestOf('{'))).toBe(false);
  });
});
