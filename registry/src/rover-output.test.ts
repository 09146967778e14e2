/**
 * What people see: every command of the table in docs/registry.md, both outputs and the exit code, word for word. The
 * expected text is beside this file; after a change that is meant, `npm test -- registry/src/rover-output -u` renews it.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApolloSubgraph } from '@tributary/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRoverTranscript, type RoverTranscript } from './testing/rover-transcript.ts';
import { PRODUCTS, REVIEWS } from './testing/schemas.ts';
import { sendReport } from './testing/send-report.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from './testing/start-test-registry.ts';

const REF = `${GRAPH}@current`;
const WHOLE = `${GRAPH}@whole`;
const TAGGED = PRODUCTS.replace(
  'products: [Product!]!',
  'products: [Product!]! @tag(name: "public")',
).replace('type Product @key(fields: "id")', 'type Product @key(fields: "id") @tag(name: "public")');
const TAGGED_REVIEWS = REVIEWS.replace('type Review', 'type Review @tag(name: "public")');
const BROKEN = PRODUCTS.replace('name: String!', 'name: Nowhere!');
const WITHOUT_NAME = TAGGED.replace('  name: String!\n', '');
const WITHOUT_WEIGHT = TAGGED.replace('  weight: Int\n', '');
const SCHEMA = 'type Query {\n  me: User\n}\n\ntype User {\n  id: ID!\n  name: String\n}\n';

describe('rover', () => {
  let registry: TestRegistry;
  let transcript: RoverTranscript;
  const typed = new Set<string>();
  /** Types a command; words with spaces are given as a list. */
  const type = async (command: string, ...more: readonly string[]): Promise<void> => {
    const args = [...command.split(' '), ...more];
    typed.add(args.slice(0, args.findIndex((each) => !/^[a-z-]+$/.test(each)) + 1 || undefined).join(' '));
    await transcript.type(args);
  };
  const file = (name: string, content: string): Promise<string> => registry.file(name, content);

  beforeAll(async () => {
    registry = await startTestRegistry();
    transcript = createRoverTranscript(registry);
  });
  afterAll(() => registry.stop());

  it('config, api-key', async () => {
    await type('config whoami');
    await transcript.type(['config', 'whoami'], { APOLLO_KEY: 'service:shop:wrong' });
    await type(`api-key create ${GRAPH} operator`, 'the platform team');
    const subgraphs = await file('keys.yaml', `${GRAPH}:\n  current: [products]\n`);
    await type(`api-key create ${GRAPH} subgraph products --subgraph-config`, subgraphs);
    const { rows } = await registry.pool.query<{ id: string }>(
      `SELECT id FROM api_keys WHERE name = 'products'`,
    );
    const id = rows[0]?.id ?? '';
    await type(`api-key rename ${GRAPH} ${id} ci`);
    await type(`api-key list ${GRAPH}`);
    await type(`api-key delete ${GRAPH} ${id}`);
    await type(`api-key delete ${GRAPH} ${id}`);

    expect(transcript.read()).toMatchSnapshot();
  });

  it('subgraph', async () => {
    const [products, reviews] = [
      await file('products.graphql', TAGGED),
      await file('reviews.graphql', TAGGED_REVIEWS),
    ];
    const routing = ['--routing-url', 'http://products.test/graphql'];
    await type(`subgraph list ${REF}`);
    await type(`subgraph check ${REF} --name products --schema`, products);
    await type(`subgraph publish ${REF} --name products --schema`, products, ...routing);
    await type(`subgraph publish ${REF} --name products --schema`, products);
    await type(
      `subgraph publish ${REF} --name reviews --routing-url http://r.test --check --schema`,
      reviews,
    );
    await type(`subgraph publish ${REF} --name products --schema`, await file('broken.graphql', BROKEN));
    await type(`subgraph publish ${REF} --name products --schema`, products);
    await type(`subgraph list ${REF}`);
    await type(`subgraph fetch ${REF} --name reviews`);
    await type(`subgraph fetch ${REF} --name nothing`);
    await type(`subgraph list ${GRAPH}@nowhere`);
    await type('subgraph list elsewhere@current');

    expect(transcript.read()).toMatchSnapshot();
  });

  it('subgraph check, by what clients use', async () => {
    const withoutName = await file('without-name.graphql', WITHOUT_NAME);
    await type(`subgraph check ${REF} --name products --schema`, withoutName);
    const use = {
      name: 'Names',
      operation: 'query Names{products{name}}',
      fields: { Query: ['products'], Product: ['name'] },
    };
    await sendReport(registry, REF, { ...use, version: '2', requests: 7 });
    await sendReport(registry, REF, { ...use, client: 'ios', requests: 5 });
    await type(`subgraph check ${REF} --name products --schema`, withoutName);
    await type(`subgraph check ${REF} --name products --format json --schema`, withoutName);
    await type(`subgraph check ${REF} --name products --schema`, await file('light.graphql', WITHOUT_WEIGHT));
    await type(`subgraph check ${REF} --name products --background --schema`, withoutName);
    await type(`subgraph check ${REF} --name products --query-count-threshold 100 --schema`, withoutName);
    await type(`subgraph check ${REF} --name products --validation-period 2w --schema`, withoutName);
    await type(`subgraph check ${REF} --name products --schema`, await file('broken.graphql', BROKEN));

    expect(transcript.read()).toMatchSnapshot();
  });

  it('subgraph lint', async () => {
    const style = TAGGED.replace('weight: Int', 'Heavy_weight: Int');
    await type(`subgraph lint ${REF} --name products --schema`, await file('style.graphql', style));

    expect(transcript.read()).toMatchSnapshot();
  });

  it('supergraph', async () => {
    await type(`supergraph fetch ${REF}`);
    await type(`supergraph fetch ${GRAPH}@nowhere`);
    const [products, reviews] = [
      await file('products.graphql', TAGGED),
      await file('reviews.graphql', TAGGED_REVIEWS),
    ];
    const compose = async (version: string): Promise<void> => {
      const config = await file(
        'supergraph.yaml',
        `federation_version: ${version}\nsubgraphs:\n  products: { routing_url: http://products.test, schema: { file: ${products} } }
  reviews: { routing_url: http://reviews.test, schema: { file: ${reviews} } }\n`,
      );
      const args = ['supergraph', 'compose', '--skip-update-check', '--config', config];
      typed.add('supergraph compose');
      const download = { APOLLO_ROVER_DOWNLOAD_HOST: registry.url, APOLLO_ROVER_SKIP_UPDATE: 'false' };
      await transcript.type(args, download);
    };
    await compose('=2.14.4');
    await file('products.graphql', BROKEN);
    await compose('=2.14.4');

    expect(transcript.read()).toMatchSnapshot();
  });

  it('subgraph introspect, graph introspect', async () => {
    const service = await startApolloSubgraph('accounts', SCHEMA, { Query: { me: () => null } });
    await type(`subgraph introspect ${service.url}`);
    await type(`graph introspect ${service.url}`);
    await service.close();

    expect(transcript.read()).toMatchSnapshot();
  });

  it('what works on files alone', async () => {
    const home = join(await file('app.ts', 'export const A = gql`query A { products { id } }`;\n'), '..');
    const schema = await file('whole.graphql', SCHEMA);
    await type(`client extract --root-dir ${home} --include app.ts --out-dir ${home}/extracted`);
    await type(`persisted-queries generate --root-dir ${home}/extracted`);
    await type(`schema describe ${schema} --coord User`);
    await type(`schema search ${schema} name`);

    expect(transcript.read()).toMatchSnapshot();
  });

  it('client', async () => {
    const home = join(await file('x', ''), '..');
    await file('operations.graphql', 'query A { products { id } }\nquery B { products { price } }\n');
    await type(`client check ${REF} --root-dir ${home} --include operations.graphql`);
    await file('operations.graphql', 'query A { products { id } }\n');
    await type(`client check ${REF} --root-dir ${home} --include operations.graphql`);

    expect(transcript.read()).toMatchSnapshot();
  });

  it('persisted-queries', async () => {
    const manifest = (body: string): string =>
      JSON.stringify({
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [{ id: '1', name: 'A', type: 'query', body }],
      });
    const first = await file('manifest.json', manifest('query A { products { id } }'));
    await type(`persisted-queries publish ${REF} --manifest`, first);
    await type(`persisted-queries publish ${REF} --manifest`, first);
    await type(
      `persisted-queries publish ${REF} --manifest`,
      await file('other.json', manifest('query A { products { name } }')),
    );

    expect(transcript.read()).toMatchSnapshot();
  });

  it('contract', async () => {
    const filter = '--include-tag public --no-exclude-tags --hide-unreachable-types';
    await type(`contract describe ${GRAPH}@public`);
    await type(`contract publish ${GRAPH}@public ${filter}`);
    await type(`contract publish ${GRAPH}@public --source-variant current ${filter}`);
    await type(`contract describe ${GRAPH}@public`);
    await type(`graph fetch ${GRAPH}@public`);

    expect(transcript.read()).toMatchSnapshot();
  });

  it('readme', async () => {
    await type(`readme publish ${REF} --file`, await file('README.md', '# Ours\n'));
    await type(`readme fetch ${REF}`);
    await type(`readme fetch ${GRAPH}@nowhere`);

    expect(transcript.read()).toMatchSnapshot();
  });

  it('graph', async () => {
    const [schema, less] = [
      await file('whole.graphql', SCHEMA),
      await file('less.graphql', SCHEMA.replace('  name: String\n', '')),
    ];
    await type(`graph publish ${WHOLE} --schema`, schema);
    await type(`graph publish ${WHOLE} --schema`, schema);
    await type(
      `graph publish ${WHOLE} --schema`,
      await file('bad.graphql', SCHEMA.replace('String', 'Nowhere')),
    );
    await type(`graph fetch ${WHOLE}`);
    await type(`graph check ${WHOLE} --schema`, less);
    await type(`graph publish ${WHOLE} --check --schema`, less);
    await type(`graph lint ${WHOLE} --schema`, await file('style.graphql', 'type Query { A_b: Int }'));
    await type(`graph check ${REF} --schema`, schema);
    await type(`graph delete ${WHOLE}`);
    await type(`graph delete ${WHOLE} --confirm`);
    await type(`graph fetch ${WHOLE}`);

    expect(transcript.read()).toMatchSnapshot();
  });

  it('subgraph delete', async () => {
    await type(`subgraph delete ${REF} --name reviews`);
    await type(`subgraph delete ${REF} --name reviews --confirm`);
    await type(`subgraph delete ${REF} --name reviews --confirm`);

    expect(transcript.read()).toMatchSnapshot();
  });

  it('what the registry does not have', async () => {
    await type(`license fetch --graph-id ${GRAPH}`);
    await type(`graph-artifact list-tags --graph-id ${GRAPH}`);
    await type(`cloud config fetch ${REF}`);

    expect(transcript.read()).toMatchSnapshot();
  });

  it('has a row in the documentation for every command, and every one that works was typed here', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/registry.md'), 'utf8');
    const rows = page
      .slice(page.indexOf("## rover's commands"), page.indexOf("## Composing without Apollo's host"))
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split(' | '));
    const commandsOf = async (...parents: readonly string[]): Promise<readonly string[]> => {
      const { stdout } = await registry.rover([...parents, '--help']);
      const list = /^Commands:\n((?: .*\n)*)/m.exec(stdout)?.[1] ?? '';
      return [...list.matchAll(/^ {2}([a-z-]+)/gm)]
        .map(([, name]) => name ?? '')
        .filter((name) => name !== 'help');
    };
    const top = await commandsOf();
    const all = new Set<string>(top);
    for (const name of top) for (const each of await commandsOf(name)) all.add(`${name} ${each}`);
    const documented = new Set<string>();
    const working = new Set<string>();
    for (const [commands = '', works = ''] of rows) {
      let parent = '';
      for (const [, text = ''] of commands.matchAll(/`([a-z -]+)`/g)) {
        if (text.startsWith('--')) continue;
        const name = all.has(`${parent} ${text}`) ? `${parent} ${text}` : text;
        parent = name.split(' ')[0] ?? '';
        documented.add(name);
        if (works.startsWith('yes')) working.add(name);
      }
    }
    const isCovered = (name: string): boolean =>
      documented.has(name) ||
      documented.has(name.split(' ')[0] ?? '') ||
      [...documented].some((each) => each.startsWith(`${name} `));

    expect(all.size).toBeGreaterThan(50);
    expect([...all].filter((name) => !isCovered(name))).toEqual([]);
    expect([...documented].filter((name) => !all.has(name))).toEqual([]);
    expect(
      [...working].filter((name) => ![...typed].some((each) => each === name || each.startsWith(`${name} `))),
    ).toEqual([]);
  });
});
