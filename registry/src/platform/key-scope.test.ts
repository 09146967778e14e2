import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCTS, REVIEWS } from '../testing/schemas.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from '../testing/start-test-registry.ts';

const SDL = JSON.stringify(PRODUCTS);
const CHECK = `proposedSchema: ${SDL}, gitContext: {}, isSandbox: false`;
const FILTER = 'filterConfig: { include: [], exclude: [] }';
const ofGraph = (fields: string, graph = GRAPH) => `mutation { graph(id: "${graph}") { ${fields} } }`;
const ofVariant = (variant: string, fields: string) => ofGraph(`variant(name: "${variant}") { ${fields} }`);
const ofKeys = (fields: string, graph = GRAPH) => `mutation { organization(id: "${graph}") { ${fields} } }`;
const publish = (variant: string, name = 'products') =>
  ofGraph(
    `publishSubgraph(graphVariant: "${variant}", name: "${name}", url: "http://p.test", revision: "",
      activePartialSchema: { sdl: ${SDL} }) { wasUpdated }`,
  );
const contract = (variant: string, source: string) =>
  ofGraph(
    `upsertContractVariant(contractVariantName: "${variant}" ${source}, ${FILTER}) { __typename
      ... on ContractVariantUpsertErrors { errorMessages } }`,
  );

/** Everything that the platform API can change of a variant. */
const changesOf = (variant: string, name = 'products'): Readonly<Record<string, string>> => ({
  'publish a subgraph': publish(variant, name),
  'publish subgraphs': ofGraph(
    `publishSubgraphs(graphVariant: "${variant}", revision: "",
      subgraphInputs: [{ subgraph: "${name}", url: "http://p.test", activePartialSchema: { sdl: ${SDL} } }]) { wasUpdated }`,
  ),
  'publish no subgraphs': ofGraph(
    `publishSubgraphs(graphVariant: "${variant}", revision: "", subgraphInputs: []) { wasUpdated }`,
  ),
  'delete a subgraph': ofGraph(
    `removeImplementingServiceAndTriggerComposition(graphVariant: "${variant}", name: "${name}") { updatedGateway }`,
  ),
  'publish a whole schema': ofGraph(`uploadSchema(tag: "${variant}", schemaDocument: ${SDL}) { success }`),
  'roll back': ofVariant(variant, 'rollBack(launch: 1) { launch }'),
  'delete the variant': ofVariant(variant, 'delete { deleted }'),
  'write its readme': ofVariant(variant, 'updateVariantReadme(readme: "mine") { name }'),
  'make it a contract': contract(variant, ', sourceVariant: "staging"'),
  'publish persisted operations': ofGraph(
    `persistedQueryList(id: "${variant}") { publishOperations(operations: [
      { id: "1", name: "A", type: QUERY, body: "{ __typename }" }]) { __typename } }`,
  ),
});

/** What tells of a variant through a mutation. */
const checksOf = (variant: string): Readonly<Record<string, string>> => ({
  'check a subgraph': ofVariant(
    variant,
    `submitSubgraphCheckAsync(input: { subgraphName: "products", ${CHECK}, config: {} }) { __typename }`,
  ),
  'check a whole schema': ofVariant(
    variant,
    `submitCheckSchemaAsync(input: { proposedSchemaDocument: ${SDL}, gitContext: {}, isSandbox: false, config: {} }) { __typename }`,
  ),
  'check operations': ofGraph(
    `validateOperations(tag: "${variant}", operations: [{ body: "{ __typename }" }]) { validationResults { code } }`,
  ),
});

const changesOfKeys = (keyId: string, graph = GRAPH): Readonly<Record<string, string>> => ({
  'make a key': ofKeys('createKey(name: "mine", type: OPERATOR) { token }', graph),
  'make a subgraph key': ofKeys(
    `createKey(name: "mine", type: SUBGRAPH, resources: { subgraphs: [
      { graphId: "${graph}", variantName: "staging", subgraphName: "products" }] }) { token }`,
    graph,
  ),
  'rename a key': ofKeys(`renameKey(keyId: "${keyId}", name: "mine") { id }`, graph),
  'delete a key': ofKeys(`deleteKey(keyId: "${keyId}")`, graph),
});

/** Everything a refused request must leave as it was. */
const STATE = `SELECT (SELECT json_agg(v ORDER BY v.name) FROM variants v) AS variants,
  (SELECT count(*) FROM launches) AS launches, (SELECT json_agg(c) FROM contracts c) AS contracts,
  (SELECT json_agg(r) FROM readmes r) AS readmes, (SELECT count(*) FROM persisted_operations) AS operations,
  (SELECT json_agg(k ORDER BY k.id) FROM api_keys k) AS keys, (SELECT count(*) FROM checks) AS checks`;

describe('a key at the platform API', () => {
  let registry: TestRegistry;
  let keyId: string;
  let keys: Readonly<Record<'ofVariant' | 'ofContract' | 'ofSubgraph' | 'ofRouter', string>>;
  const state = async () => JSON.stringify((await registry.pool.query(STATE)).rows);
  const refused = async (key: string, mutations: Readonly<Record<string, string>>) => {
    const before = await state();
    const answers: Record<string, unknown> = {};
    for (const [name, mutation] of Object.entries(mutations)) {
      const { body } = await registry.platform(mutation, {}, key);
      answers[name] = body.errors?.map((each) => each.extensions?.['code']) ?? body;
    }
    expect(answers).toEqual(Object.fromEntries(Object.keys(mutations).map((name) => [name, ['FORBIDDEN']])));
    expect(await state()).toBe(before);
  };

  beforeAll(async () => {
    registry = await startTestRegistry();
    for (const variant of ['current', 'staging'])
      expect(await registry.platform(publish(variant))).toMatchObject({ body: { data: {} } });
    await registry.platform(
      ofGraph(`uploadSchema(tag: "whole", schemaDocument: "type Query { a: Int }") { success }`),
    );
    await registry.platform(contract('public', ', sourceVariant: "current"'));
    keys = {
      ofVariant: await registry.createKey({ role: 'ADMIN', variant: 'staging' }),
      ofContract: await registry.createKey({ role: 'ADMIN', variant: 'public' }),
      ofSubgraph: await registry.createKey({
        role: 'PUBLISHER',
        subgraphs: ['current', 'whole'].map((variant) => ({ variant, subgraph: 'reviews' })),
      }),
      ofRouter: await registry.createKey({ role: 'ROUTER' }),
    };
    const { rows } = await registry.pool.query<{ id: string }>(
      `SELECT id FROM api_keys WHERE role = 'ADMIN' AND variant IS NULL`,
    );
    keyId = rows[0]?.id ?? '';
    expect(keyId).not.toBe('');
  });
  afterAll(() => registry.stop());

  it('of one variant changes no other, and no key', async () => {
    await refused(keys.ofVariant, { ...changesOf('current'), ...checksOf('current') });
    await refused(keys.ofVariant, changesOf('new'));
    await refused(keys.ofVariant, changesOfKeys(keyId));
  });

  it('of one variant does to its own what it may', async () => {
    const { body } = await registry.platform(
      changesOf('staging')['write its readme'] ?? '',
      {},
      keys.ofVariant,
    );
    const published = await registry.platform(publish('staging'), {}, keys.ofVariant);

    expect(body.errors).toBeUndefined();
    expect(published.body.errors).toBeUndefined();
  });

  it('of one variant is shown no other', async () => {
    const { body: checked } = await registry.platform(checksOf('current')['check a subgraph'] ?? '');
    expect(checked.errors).toBeUndefined();
    const { rows } = await registry.pool.query<{ id: string }>('SELECT id::text FROM checks');
    const ask = (fields: string, key = keys.ofVariant) =>
      registry.platform(`{ graph(id: "${GRAPH}") { ${fields} } }`, {}, key);
    const listed = await ask('variants { name }');
    const included = await registry.platform(
      ofVariant(
        'staging',
        `submitSubgraphCheckAsync(input: { subgraphName: "products", ${CHECK}, config: { includedVariants: ["current"] } }) { __typename }`,
      ),
      {},
      keys.ofVariant,
    );

    expect(listed.body.data.graph.variants).toEqual([{ name: 'staging' }]);
    for (const { body } of [
      included,
      await ask('variant(name: "current") { name }'),
      await ask('persistedQueryList(id: "current") { name }'),
      await ask(`checkWorkflow(id: "${rows[0]?.id ?? ''}") { status }`),
      await ask('account { apiKeys { edges { node { id } } } }'),
      await registry.platform(
        `{ organization(id: "${GRAPH}") { apiKey(keyId: "${keyId}") { id } } }`,
        {},
        keys.ofVariant,
      ),
      await registry.platform(`{ variant(ref: "${GRAPH}@current") { __typename } }`, {}, keys.ofVariant),
    ])
      expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('of a contract neither opens it nor looks behind it', async () => {
    const source = await registry.platform(
      `{ graph(id: "${GRAPH}") { variant(name: "public") { sourceVariant { subgraphs { name } } } } }`,
      {},
      keys.ofContract,
    );

    expect(source.body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    await refused(keys.ofContract, {
      'widen its filter': contract('public', ''),
      'make another of its source': contract('public2', ', sourceVariant: "current"'),
    });
  });

  it('of one subgraph changes nothing else, and takes no whole schema away', async () => {
    await refused(keys.ofSubgraph, { ...changesOf('current'), ...changesOf('staging', 'reviews') });
    await refused(keys.ofSubgraph, { 'convert a whole schema': publish('whole', 'reviews') });
    await refused(keys.ofSubgraph, changesOfKeys(keyId));
    const { code } = await registry.rover(
      [
        ...['subgraph', 'publish', `${GRAPH}@current`, '--name', 'reviews', '--routing-url', 'http://r.test'],
        ...['--schema', await registry.file('reviews.graphql', REVIEWS)],
      ],
      { APOLLO_KEY: keys.ofSubgraph },
    );

    expect(code).toBe(0);
  });

  it('of a router changes and checks nothing', async () => {
    await refused(keys.ofRouter, {
      ...changesOf('current'),
      ...checksOf('current'),
      ...changesOfKeys(keyId),
    });
  });

  it('of one graph has no other', async () => {
    await refused(registry.key, {
      ...changesOfKeys(keyId, 'other'),
      publish: ofGraph('variant(name: "current") { delete { deleted } }', 'other'),
    });
  });
});
