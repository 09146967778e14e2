/**
 * Who may import whom. The tables are the document; the code below only reads import lines.
 * `import type` may look anywhere within a package: types vanish, so they cannot tie things together at run time.
 */
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { importsOf, listFiles, root, type Import } from './source-files.ts';

const ANYTHING = ['*'];

/** Between packages: the folder on the left may import the packages on the right, by name, through their entry point. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'packages/service-kit': [],
  'packages/subgraph-kit': ['packages/service-kit'],
  'packages/embedded-mongo': [],
  'packages/local-postgres': [],
  'packages/sandbox-provider': ['packages/service-kit'],
  'packages/testkit': ['packages/service-kit', 'packages/embedded-mongo', 'packages/local-postgres'],
  'subgraphs/users': ['packages/service-kit', 'packages/subgraph-kit'],
  'subgraphs/products': ['packages/service-kit', 'packages/subgraph-kit'],
  'subgraphs/payments': ['packages/service-kit', 'packages/subgraph-kit'],
  gateway: ['packages/service-kit'],
  registry: ['packages/service-kit', 'packages/subgraph-kit'],
  scripts: ANYTHING,
  bench: ANYTHING,
  deploy: ANYTHING,
  e2e: ANYTHING,
  tests: ANYTHING,
};

/** Tests, and what only tests use, may import these on top. */
const FOR_TESTS = ['packages/testkit', 'packages/service-kit'];

/** Inside the gateway: folder -> folders it may import values from. Files of src/ itself are the composition root. */
const GATEWAY: Readonly<Record<string, readonly string[]>> = {
  doors: ['pipeline', 'plugins', 'persisted-operations', 'supergraph', 'planning', 'execution', 'auth'],
  pipeline: [
    'supergraph',
    'plugins',
    'rate-limit',
    'subgraph-client',
    'planning',
    'demand-control',
    'execution',
  ],
  auth: [],
  config: ['subgraph-client'],
  supergraph: ['planning', 'authorization', 'execution'],
  planning: ['authorization', 'demand-control', 'execution'],
  authorization: ['link', 'execution'],
  'demand-control': ['link', 'execution'],
  link: [],
  'subgraph-client': ['execution'],
  'persisted-operations': ['execution', 'sources'],
  plugins: [],
  'rate-limit': [],
  telemetry: [],
  sources: [],
  tls: ['sources'],
  execution: [],
};

/** Inside the registry. What is published is only worked on in threads: schema-work/ is all that reads it as a schema. */
const REGISTRY: Readonly<Record<string, readonly string[]>> = {
  platform: ['access', 'checks', 'graphs', 'persisted-operations', 'schema-work', 'store', 'usage'],
  checks: ['graphs', 'usage'],
  usage: ['access', 'graphs'],
  uplink: ['access', 'graphs'],
  pages: ['access', 'checks', 'graphs', 'store', 'usage'],
  access: ['store'],
  'persisted-operations': ['graphs', 'store'],
  graphs: ['store'],
  'rover-plugins': ['access', 'schema-work'],
  'schema-work': [],
  store: [],
};

/** Inside a subgraph. Stores are interfaces at the top of store/ and adapters in a folder of store/. */
const SUBGRAPH: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  resolvers: ['domain', 'store'],
};

/** Libraries that only these files may import values of. */
const LIBRARIES: Readonly<Record<string, RegExp>> = {
  '@apollo/gateway': /\.test\.ts$/,
  '@apollo/query-planner':
    /^gateway\/src\/planning\/(load-supergraph|entity-fetch)\.ts$|^registry\/src\/schema-work\/compose\.ts$/,
  '@apollo/composition': /^(scripts\/composition|packages\/testkit|registry\/src\/schema-work)\//,
  '@apollo/federation-internals':
    /^(scripts\/composition|tests|registry\/src\/schema-work)\/|^gateway\/src\/planning\/(load-supergraph|subgraph-types|drop-unreached-interface-objects)\.ts$/,
  '@apollo/subgraph': /^packages\/(subgraph-kit|testkit)\/|^e2e\/soak\/run-subgraph\.ts$/,
};

const MAX_LINES = 400;

const files = listFiles(/\.tsx?$/);
const packageOf = (file: string): string | undefined =>
  Object.keys(PACKAGES).find((folder) => file.startsWith(`${folder}/`));
const isForTests = (file: string): boolean => /\.(test|contract)\.ts$|\/testing\//.test(file);

/** The package an import leads to, and whether it goes through the entry point. */
function targetOf(
  file: string,
  { specifier }: Import,
): { readonly folder: string | undefined; readonly byName: boolean } {
  const name = /^@tributary\/([\w-]+)/.exec(specifier)?.[1];
  if (name !== undefined) {
    return {
      folder: Object.keys(PACKAGES).find((folder) => folder.endsWith(`/${name}`) || folder === name),
      byName: true,
    };
  }
  if (!specifier.startsWith('.')) return { folder: undefined, byName: true };
  return { folder: packageOf(relative(root, join(root, dirname(file), specifier))), byName: false };
}

describe('architecture', () => {
  it('covers every folder with code', () => {
    const uncovered = files.filter((file) => packageOf(file) === undefined && file.includes('/'));

    expect(uncovered).toEqual([]);
  });

  it('lets packages import only what the table allows, by name', () => {
    const violations = files.flatMap((file) => {
      const from = packageOf(file) ?? '';
      const allowed = [...(PACKAGES[from] ?? []), ...(isForTests(file) ? FOR_TESTS : [])];
      return importsOf(file).flatMap((statement) => {
        const { folder, byName } = targetOf(file, statement);
        if (folder === undefined || folder === from || allowed.includes('*')) return [];
        return allowed.includes(folder) && byName ? [] : [`${file} imports ${statement.specifier}`];
      });
    });

    expect(violations).toEqual([]);
  });

  it.each([
    ['gateway/src', GATEWAY],
    ['registry/src', REGISTRY],
    ['subgraphs/users/src', SUBGRAPH],
    ['subgraphs/products/src', SUBGRAPH],
    ['subgraphs/payments/src', SUBGRAPH],
  ])('keeps the layers of %s one-way', (source, layers) => {
    const layerOf = (file: string): string | undefined =>
      Object.keys(layers).find((layer) => file.startsWith(`${source}/${layer}/`));
    const known = new Set([...Object.keys(layers), ...Object.values(layers).flat()]);
    const violations = files
      .filter((file) => layerOf(file) !== undefined && !isForTests(file))
      .flatMap((file) => {
        const layer = layerOf(file) ?? '';
        return importsOf(file)
          .filter(({ specifier, isType }) => specifier.startsWith('.') && !isType)
          .map(({ specifier }) => relative(join(root, source), join(root, dirname(file), specifier)))
          .filter((target) => {
            const [folder = ''] = target.split('/');
            const isAdapter = folder === 'store' && target.split('/').length > 2;
            return (
              isAdapter || (known.has(folder) && folder !== layer && !(layers[layer] ?? []).includes(folder))
            );
          })
          .map((target) => `${file} imports ${target}`);
      });

    expect(violations).toEqual([]);
  });

  it('keeps libraries with a shape of their own in the files that adapt them', () => {
    const violations = files.flatMap((file) =>
      importsOf(file)
        .filter(({ specifier, isType }) => !isType && LIBRARIES[specifier]?.test(file) === false)
        .map(({ specifier }) => `${file} imports ${specifier}`),
    );

    expect(violations).toEqual([]);
  });

  it('declares every package that a folder imports', () => {
    const violations = files.flatMap((file) => {
      const folder = packageOf(file);
      if (folder === undefined || ['scripts', 'bench', 'deploy', 'e2e', 'tests'].includes(folder)) return [];
      const { name, dependencies, devDependencies } = JSON.parse(
        readFileSync(join(root, folder, 'package.json'), 'utf8'),
      ) as {
        name: string;
        dependencies: Record<string, string>;
        devDependencies: Record<string, string>;
      };
      const development = isForTests(file) || file.includes('/explorer/') || folder === 'packages/testkit';
      const declared = development ? { ...dependencies, ...devDependencies } : dependencies;
      return importsOf(file)
        .map(({ specifier }) => /^(?:@[\w.-]+\/)?[\w.-]+/.exec(specifier)?.[0] ?? '')
        .filter((dependency) => !/^(\.|node$|node:|$)/.test(dependency) && dependency !== name)
        .filter((dependency) => !(dependency in declared) && !(development && isRootTool(dependency)))
        .map((dependency) => `${file} imports ${dependency}, which ${folder}/package.json does not declare`);
    });

    expect([...new Set(violations)]).toEqual([]);
  });

  it('gives every subgraph all its parts', () => {
    const rover = parseYaml(readFileSync(join(root, 'rover.yaml'), 'utf8')) as {
      subgraphs: Record<string, unknown>;
    };
    const folders = Object.keys(PACKAGES).flatMap((folder) => /^subgraphs\/(.+)$/.exec(folder)?.[1] ?? []);
    const present = listFiles(/./);
    const missing = folders.flatMap((name) =>
      [
        `schema/${name}.graphql`,
        `subgraphs/${name}/package.json`,
        `subgraphs/${name}/README.md`,
        `subgraphs/${name}/src/main.ts`,
        `subgraphs/${name}/src/config.ts`,
      ]
        .filter((file) => !present.includes(file))
        .concat(
          present.some((file) => file.startsWith(`subgraphs/${name}/`) && file.endsWith('.test.ts'))
            ? []
            : [`tests of ${name}`],
        ),
    );

    expect(missing).toEqual([]);
    expect(Object.keys(rover.subgraphs).sort()).toEqual([...folders].sort());
  });

  it('keeps files short, or has them say at their top why they are not', () => {
    const long = files.filter((file) => {
      const lines = readFileSync(join(root, file), 'utf8').split('\n');
      return lines.length > MAX_LINES && !lines.slice(0, 12).join('\n').includes('Long because');
    });

    expect(long).toEqual([]);
  });
});

/** Installed at the root for everybody's tests. */
const isRootTool = (dependency: string): boolean =>
  ['@jest/globals', 'fast-check', 'graphql', 'zod', 'tsx', 'pg', 'yaml'].includes(dependency);
