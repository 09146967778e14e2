import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import type { TagFilter } from '../schema-work/protocol.ts';
import { createSchemaWorkers, type SchemaWorkers } from '../schema-work/schema-workers.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from '../testing/start-test-registry.ts';
import { createContractStore, type Contract, type ContractStore } from './contract-store.ts';
import type { GraphStore } from './graph-store.ts';
import { createLauncher, type Launcher } from './launcher.ts';
import { createPostgresGraphStore } from './postgres-graph-store.ts';

const SOURCE = { graphId: GRAPH, variant: 'current' };
const OPEN: TagFilter = { include: [], exclude: [], hideUnreachableTypes: false };
const TIGHT: TagFilter = { ...OPEN, exclude: ['internal'] };
const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])
type Query { open: Int secret: Int @tag(name: "internal") }`;
const contract = (variant: string, filter: TagFilter): Contract => ({
  graphId: GRAPH,
  variant,
  sourceVariant: 'current',
  filter,
});

describe('a contract whose filter is changed', () => {
  let registry: TestRegistry;
  let workers: SchemaWorkers;
  let store: GraphStore;
  let contracts: ContractStore;
  let admin: Launcher;
  let published = 0;
  /** Another process, in which something happens while it composes a contract for the first time. */
  const publishWhile = async (happens: () => Promise<unknown>): Promise<void> => {
    let isFirst = true;
    const run: SchemaWorkers['run'] = async (task, input) => {
      if (task === 'filterByTags' && isFirst) {
        isFirst = false;
        await happens();
      }
      return workers.run(task, input);
    };
    const publisher = createLauncher({ store, contracts, workers: { ...workers, run } });
    const sdl = `${SDL}\ntype Change${(published += 1)} { a: Int }`;
    await publisher.launch(
      SOURCE,
      { actor: 'publisher', cause: { kind: 'PUBLISH', subgraphs: ['shop'], git: {} } },
      () => [{ name: 'shop', url: 'http://shop.test', sdl, publishedAt: new Date() }],
    );
  };
  const shown = async (variant: string): Promise<string> =>
    (await store.served({ graphId: GRAPH, variant }))?.apiSdl ?? '';

  beforeAll(async () => {
    registry = await startTestRegistry();
    workers = createSchemaWorkers({ timeoutMs: 20_000 });
    store = createPostgresGraphStore(registry.pool);
    contracts = createContractStore(registry.pool);
    admin = createLauncher({ store, contracts, workers });
    await registry.publish('shop', SDL);
    for (const variant of ['a', 'b']) {
      await contracts.save(contract(variant, OPEN), 'admin', false);
      await admin.launchContract(contract(variant, OPEN), 'admin');
    }
  });
  afterAll(async () => {
    await workers.close();
    await registry.stop();
  });

  it('shows all while it hides nothing', async () => {
    expect(await shown('b')).toContain('secret');
  });

  it('and launched while a publish comes to it, is not launched as it was before', async () => {
    await publishWhile(async () => {
      await contracts.save(contract('b', TIGHT), 'admin', false);
      await admin.launchContract(contract('b', TIGHT), 'admin');
    });

    expect(await shown('b')).not.toContain('secret');
    expect(await shown('b')).toContain(`type Change${published}`);
  });

  it('while a publish composes it, is composed again', async () => {
    await publishWhile(() => contracts.save(contract('a', TIGHT), 'admin', false));

    expect(await shown('a')).not.toContain('secret');
    expect(await shown('a')).toContain(`type Change${published}`);
  });

  it('and deleted while a publish composes it, stays deleted', async () => {
    await contracts.save(contract('gone', OPEN), 'admin', false);
    await admin.launchContract(contract('gone', OPEN), 'admin');
    await contracts.save(contract('0', OPEN), 'admin', false);
    await publishWhile(() => store.deleteVariant({ graphId: GRAPH, variant: '0' }, 'admin'));
    await publishWhile(() => store.deleteVariant({ graphId: GRAPH, variant: 'gone' }, 'admin'));

    for (const variant of ['0', 'gone'])
      expect(await store.variant({ graphId: GRAPH, variant })).toBeUndefined();
  });

  it('is launched by the next registry, when one ended between its change and its launch', async () => {
    await contracts.save(contract('a', OPEN), 'admin', false);
    const stop = await registry.startAnother();

    await waitFor(async () => (await shown('a')).includes('secret'), {
      what: 'the launch by the new filter',
    });
    await stop();
    expect(await contracts.behind()).toEqual([]);
  });

  it('without a launch, on purpose, waits for its source', async () => {
    await contracts.save(contract('a', TIGHT), 'admin', true);
    expect(await contracts.behind()).toEqual([]);
    expect(await shown('a')).toContain('secret');

    await publishWhile(() => Promise.resolve());
    expect(await shown('a')).not.toContain('secret');
  });

  it('takes no launch but by its filter', async () => {
    const launches = async () => (await store.variant({ graphId: GRAPH, variant: 'a' }))?.latestLaunch;
    const before = await launches();
    const publish = () =>
      admin.launch(
        contract('a', TIGHT),
        { actor: 'publisher', cause: { kind: 'PUBLISH', subgraphs: ['shop'], git: {} } },
        () => [{ name: 'shop', url: 'http://shop.test', sdl: SDL, publishedAt: new Date() }],
      );

    await expect(admin.rollBack(contract('a', TIGHT), 1, 'admin')).rejects.toThrow('a contract of current');
    await expect(publish()).rejects.toThrow('a contract of current');
    expect(await launches()).toBe(before);
  });

  it('is not launched over by who found none there', async () => {
    let isFirst = true;
    const late = createLauncher({
      store,
      workers,
      contracts: {
        ...contracts,
        find: async (ref) => {
          if (!isFirst) return contracts.find(ref);
          isFirst = false;
          return undefined;
        },
      },
    });

    await expect(late.rollBack(contract('a', TIGHT), 1, 'admin')).rejects.toThrow('a contract of current');
  });
});
