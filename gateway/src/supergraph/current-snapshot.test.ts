import { describe, expect, it } from '@jest/globals';
import { composeFakes } from '@tributary/testkit';
import { parse } from 'graphql';
import { createCurrentSnapshot } from './current-snapshot.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const supergraph = (fields: string): string =>
  composeFakes([{ name: 'a', url: 'http://a', sdl: `${LINK} type Query { ${fields} }` }]);
const operation = (query: string) => ({ queryHash: query, operationName: undefined, document: parse(query) });
const NOTHING = new Set<string>();

describe('the current snapshot', () => {
  it('is replaced by one on which what was asked most is planned already', async () => {
    const snapshots = createCurrentSnapshot(supergraph('one: Int two: Int'));
    const first = snapshots.current;
    for (const query of ['{ one }', '{ two }', '{ two }', '{ two }'])
      first.compile(operation(query), NOTHING);

    await snapshots.replace(supergraph('two: Int three: Int'));

    expect(first.mostUsed(1)).toMatchObject([{ queryHash: '{ two }' }]);
    expect(snapshots.current).not.toBe(first);
    // What the new schema does not have is not planned on it.
    expect(snapshots.current.mostUsed(10)).toMatchObject([{ queryHash: '{ two }' }]);
  });

  it('is still found by the requests that began with it', async () => {
    const snapshots = createCurrentSnapshot(supergraph('one: Int'));
    const first = snapshots.current;

    await snapshots.replace(supergraph('two: Int'));

    expect(snapshots.of(first.apiSchema)).toBe(first);
    expect(snapshots.of(snapshots.current.apiSchema)).toBe(snapshots.current);
  });

  it('stays when the next one is no supergraph, and is not rebuilt for the same text', async () => {
    const sdl = supergraph('one: Int');
    const snapshots = createCurrentSnapshot(sdl);
    const first = snapshots.current;

    await expect(snapshots.replace('type Query { one: Missing }')).rejects.toThrow();
    await snapshots.replace(sdl);

    expect(snapshots.current).toBe(first);
  });

  it('compiles an operation once for each set of overrides', () => {
    const { current } = createCurrentSnapshot(supergraph('one: Int'));

    const compiled = current.compile(operation('{ one }'), NOTHING);

    expect(current.compile(operation('{ one }'), NOTHING)).toBe(compiled);
    expect(current.compile(operation('{ one }'), new Set(['label']))).not.toBe(compiled);
  });
});
