/** Answers are encoded by what their strings hold: in any mixture, at any length, they are the text that subgraphs meant. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { federate, type Federation } from '../src/testing/federate.ts';

/** JSON text of a string, as servers write it. */
const WRITTEN = {
  'plain ASCII': (length: number) => JSON.stringify('x'.repeat(length)),
  'short escapes': (length: number) => JSON.stringify('"\n\\'.repeat(length / 3)),
  'characters beyond ASCII': (length: number) => JSON.stringify('é漢🐎'.repeat(length / 4)),
  'their numbers': (length: number) => `"${String.raw`\u00e9\ud83d\udc0e`.repeat(length / 3)}"`,
};

describe('an answer of two subgraphs', () => {
  let graph: Federation<'a' | 'b'>;

  beforeAll(async () => {
    graph = await federate({
      a: { sdl: 'type Query { a: String }' },
      b: { sdl: 'type Query { b: String }' },
    });
  });

  afterAll(() => graph.stop());

  const kinds = Object.keys(WRITTEN) as (keyof typeof WRITTEN)[];
  const pairs = kinds.flatMap((a) => kinds.map((b) => [a, b] as const));

  it.each(pairs)('with %s and %s', async (a, b) => {
    for (const length of [12, 3_000, 24_000]) {
      const texts = { a: WRITTEN[a](12), b: WRITTEN[b](length) };
      for (const name of ['a', 'b'] as const)
        graph.subgraphs[name].respondWith((response) => {
          response.end(`{"data":{"${name}":${texts[name]}}}`);
        });
      const response = await fetch(`${graph.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'accept-encoding': 'identity' },
        body: JSON.stringify({ query: '{ a b }' }),
      });
      expect(await response.json()).toEqual({ data: { a: JSON.parse(texts.a), b: JSON.parse(texts.b) } });
    }
  });
});
