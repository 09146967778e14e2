/** An answer that comes from one subgraph alone is passed on as it came, when it is exactly what the client asked. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import { federate, type Federation } from '../src/testing/federate.ts';

describe('an answer of one subgraph', () => {
  let graph: Federation<'a'>;

  beforeAll(async () => {
    graph = await federate({
      a: { sdl: 'type Query { names: [String!] kind: Kind id: ID other: String } enum Kind { ONE TWO }' },
    });
  });

  afterAll(() => graph.stop());

  const ask = async (
    query: string,
    answer: string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Buffer> => {
    graph.subgraphs.a.respondWith((response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.end(answer);
    });
    const response = await fetch(`${graph.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-encoding': 'identity' },
      body: JSON.stringify({ query }),
    });
    return Buffer.from(await response.arrayBuffer());
  };

  it.each([
    ['in any script', '{"data":{"names":["žluťoučký kůň","漢字","🐎"]}}'],
    ['with escapes and spaces as they were', '{"data":{ "names" : ["\\u00e9\\n\\/", "é"] }}'],
    ['longer than a packet', `{"data":{"names":["${'é'.repeat(50_000)}"]}}`],
  ])('keeps its text, %s', async (_case, answer) => {
    expect((await ask('{ names }', answer)).toString()).toBe(`${answer}\n`);
  });

  it.each([
    ['more than was asked', '{"data":{"names":["é"],"other":"x"}}', '{"data":{"names":["é"]}}\n'],
    ['another key beside the data', '{"data":{"names":["é"]},"extensions":{}}', '{"data":{"names":["é"]}}\n'],
    ['white space around it', ' {"data":{"names":["é"]}}\n', '{"data":{"names":["é"]}}\n'],
  ])('is written anew when it has %s', async (_case, answer, expected) => {
    expect((await ask('{ names }', answer)).toString()).toBe(expected);
  });

  it('is written anew when fields are in another order or an ID is a number', async () => {
    expect((await ask('{ kind id }', '{"data":{"id":7,"kind":"ONE"}}')).toString()).toBe(
      '{"data":{"kind":"ONE","id":"7"}}\n',
    );
  });

  it('is valid UTF-8 for the client though it was not', async () => {
    const broken = Buffer.concat([Buffer.from('{"data":{"names":["'), Buffer.of(0xff), Buffer.from('"]}}')]);

    expect((await ask('{ names }', broken)).toString()).toBe('{"data":{"names":["\ufffd"]}}\n');
  });

  it('is shaped by the schema', async () => {
    expect(JSON.parse((await ask('{ kind }', '{"data":{"kind":"SECRET"}}')).toString())).toMatchObject({
      data: { kind: null },
    });
  });

  it('is compressed like any other', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `é ${index}`);
    graph.subgraphs.a.respondWith((response) => {
      response.end(JSON.stringify({ data: { names } }));
    });
    const { get } = await import('node:http');
    const body = await new Promise<Buffer>((resolve, reject) => {
      const query = encodeURIComponent('{ names }');
      get(
        `${graph.gateway.url}/graphql?query=${query}`,
        { headers: { 'accept-encoding': 'gzip', 'apollo-require-preflight': '1' } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            resolve(Buffer.concat(chunks));
          });
        },
      ).on('error', reject);
    });

    expect(JSON.parse(gunzipSync(body).toString())).toEqual({ data: { names } });
  });
});
