import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { buildSchema, parse, print, validate, type DefinitionNode } from 'graphql';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeSupergraph } from '../scripts/composition/compose-supergraph.ts';
import { readSupergraphConfig } from '../scripts/composition/read-supergraph-config.ts';
import { listFiles, root } from './source-files.ts';

const sources = await readSupergraphConfig(join(root, 'rover.yaml'));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the contracts', () => {
  it('compose without an error or a hint', () => {
    expect(composeSupergraph(sources, root).messages).toEqual([]);
  });

  it('are what the committed supergraph and API schema were made from', () => {
    const { result } = composeSupergraph(sources, root);

    expect(read('schema/supergraph.graphql')).toBe(result?.supergraphSdl);
    expect(read('schema/api.graphql')).toBe(result?.apiSdl);
  });

  it('pin the composition that is installed', () => {
    const { version } = JSON.parse(read('node_modules/@apollo/composition/package.json')) as {
      version: string;
    };

    expect(sources.federationVersion).toBe(version);
  });

  it('keep what is between services out of the API schema', () => {
    expect(read('schema/api.graphql')).not.toMatch(/inventoryReservation/i);
  });

  it('define shared building blocks with the same text', () => {
    const texts = new Map<string, Map<string, string>>();
    for (const { name, sdl } of sources.subgraphs) {
      for (const definition of parse(sdl, { noLocation: true }).definitions) {
        const key = nameOf(definition);
        if (key === undefined || isOwnedByOne(definition)) continue;
        const bySubgraph = texts.get(key) ?? new Map<string, string>();
        texts.set(key, bySubgraph.set(name, print(definition)));
      }
    }
    const different = [...texts]
      .filter(([, bySubgraph]) => new Set(bySubgraph.values()).size > 1)
      .map(([key]) => key);

    expect(texts.get('PageInfo')?.size).toBe(3);
    expect(different).toEqual([]);
  });
});

describe('the example operations', () => {
  const schema = buildSchema(read('schema/api.graphql'));

  it.each(listFiles(/^schema\/operations\/.*\.graphql$/))('%s is valid', (file) => {
    expect(validate(schema, parse(read(file)))).toEqual([]);
  });
});

/** Entities and root types are extended on purpose: each subgraph has its own part of them. */
function isOwnedByOne(definition: DefinitionNode): boolean {
  if (['Query', 'Mutation', 'Subscription'].includes(nameOf(definition) ?? '')) return true;
  return 'directives' in definition && definition.directives.some(({ name }) => name.value === 'key');
}

function nameOf(definition: DefinitionNode): string | undefined {
  return 'name' in definition ? definition.name.value : undefined;
}

describe('npm run compose', () => {
  const compose = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/run.mjs', 'scripts/compose.ts', ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });

  it('names subgraph, place and fix of a composition error, and writes nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'compose-'));
    const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n';
    await writeFile(
      join(folder, 'a.graphql'),
      `${link}type Query { a: T }\ntype T @key(fields: "id") {\n  id: ID!\n  name: String\n}`,
    );
    await writeFile(
      join(folder, 'b.graphql'),
      `${link}type Query { b: T }\ntype T @key(fields: "id") {\n  id: ID!\n  name: String\n}`,
    );
    await writeFile(
      join(folder, 'rover.yaml'),
      'federation_version: =2.14.4\nsubgraphs:\n' +
        ['a', 'b']
          .map((n) => `  ${n}: { routing_url: "http://${n}", schema: { file: ./${n}.graphql } }\n`)
          .join(''),
    );

    const { status, stderr } = compose('--config', join(folder, 'rover.yaml'), '--out', folder);

    expect(status).toBe(1);
    expect(stderr).toContain('error INVALID_FIELD_SHARING');
    expect(stderr).toMatch(/in a at .*a\.graphql:5:3/);
    expect(stderr).toContain('fix: Mark the field @shareable');
    await expect(readFile(join(folder, 'supergraph.graphql'))).rejects.toThrow('ENOENT');
    await rm(folder, { recursive: true });
  });

  it('tells with --check whether the committed files are fresh', () => {
    expect(compose('--check').status).toBe(0);
  });

  it('explains itself with --help', () => {
    expect(compose('--help').stdout).toContain('--config FILE');
  });
});
