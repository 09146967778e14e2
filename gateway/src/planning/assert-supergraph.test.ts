import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertSupergraph } from './assert-supergraph.ts';

const schema = (name: string) =>
  parse(readFileSync(join(import.meta.dirname, '../../../schema', name), 'utf8'));

describe('assertSupergraph', () => {
  it('tells whoever serves the schema of a subgraph what to do', () => {
    expect(() => {
      assertSupergraph(schema('users.graphql'));
    }).toThrow('it is no supergraph');
    expect(() => {
      assertSupergraph(schema('api.graphql'));
    }).toThrow('rover supergraph compose');
    assertSupergraph(schema('supergraph.graphql'));
  });
});
