import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { composeFakes, startFakeSubgraph, waitFor, type FakeSubgraph } from '@tributary/testkit';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPlannerPool, type PlannerPool } from '../../src/planning/planner-pool.ts';
import type { SupergraphLocation } from '../../src/sources/supergraph-source.ts';
import { startTestGateway, type TestGateway } from '../../src/testing/start-test-gateway.ts';
import { KEY, startTestRegistry, type TestRegistry } from '../testing/supergraph-registry.ts';

const NOT_A_SUPERGRAPH = 'type Query { nonsense: Int }';
const AWAY = 'http://127.0.0.1:20899';

describe('a supergraph that others serve', () => {
  let [one, two]: FakeSubgraph[] = [];
  let registry: TestRegistry;
  let folder: string;
  let lastGoodFile: string;
  const gateways: TestGateway[] = [];
  const sdlOf = (...subgraphs: (FakeSubgraph | undefined)[]) =>
    composeFakes(subgraphs.filter((each) => each !== undefined));

  beforeEach(async () => {
    one = await startFakeSubgraph('one', 'type Query { one: Int }', { Query: { one: () => 1 } });
    two = await startFakeSubgraph('two', 'type Query { two: Int }', { Query: { two: () => 2 } });
    registry = await startTestRegistry(sdlOf(one));
    folder = await mkdtemp(join(tmpdir(), 'sources-'));
    lastGoodFile = join(folder, 'kept/supergraph.graphql');
  });
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()));
    await Promise.all([registry.close(), one?.close(), two?.close()]);
    await rm(folder, { recursive: true });
  });

  const common = () => ({ timeoutMs: 2_000, pollIntervalMs: 50, lastGoodFile });
  const byUrl = (url = registry.url): SupergraphLocation => ({
    kind: 'url',
    url: `${url}/supergraph`,
    headers: { 'x-key': 'k' },
    ...common(),
  });
  const byUplink = (...endpoints: string[]): SupergraphLocation => ({
    kind: 'uplink',
    graphRef: 'shop@prod',
    key: KEY,
    endpoints: endpoints.length === 0 ? [`${registry.url}/uplink`] : endpoints,
    ...common(),
  });
  const start = async (supergraph: SupergraphLocation, planners?: PlannerPool): Promise<TestGateway> => {
    const gateway = await startTestGateway(one === undefined ? [] : [one], {
      supergraph,
      closeSubgraphs: false,
      ...(planners && { planners }),
    });
    gateways.push(gateway);
    return gateway;
  };
  const answers = async (gateway: TestGateway, field: string): Promise<boolean> =>
    (await gateway.query(`{ ${field} }`)).errors === undefined;

  it.each(['url', 'uplink'])('is served, and the next one too: %s', async (kind) => {
    const gateway = await start(kind === 'url' ? byUrl() : byUplink());
    expect((await gateway.query('{ one }')).data).toEqual({ one: 1 });

    registry.serve(sdlOf(one, two));

    await waitFor(() => answers(gateway, 'two'));
    expect((await gateway.query('{ one two }')).data).toEqual({ one: 1, two: 2 });
  });

  it('is served when it comes while an older one is being opened, at the start and with another configuration', async () => {
    const threads = createPlannerPool({ timeoutMs: 10_000 });
    let beforeLoading: () => Promise<void> = () => Promise.resolve();
    const planners: PlannerPool = {
      ...threads,
      load: async (supergraph) => {
        const wait = beforeLoading;
        beforeLoading = () => Promise.resolve();
        await wait();
        return threads.load(supergraph);
      },
    };
    /** Serves another once the next is about to be loaded, and has it loaded when that many have been sent the other. */
    const serveThen = (sdl: string, sources: number, oldId: string): void => {
      beforeLoading = async () => {
        const before = registry.requests.length;
        registry.serve(sdl);
        await waitFor(
          () =>
            registry.requests.slice(before).filter(({ headers }) => headers['if-none-match'] === oldId)
              .length === sources,
        );
      };
    };
    serveThen(sdlOf(one, two), 1, 'launch-1');
    const gateway = await start(byUrl(), planners);
    expect(await answers(gateway, 'two')).toBe(true);

    serveThen(sdlOf(one), 2, 'launch-2');
    await gateway.reload({});

    expect(await answers(gateway, 'two')).toBe(false);
    await gateway.stop();
    gateways.length = 0;
    await threads.close();
  });

  it('is asked for with what the configuration says, and not sent twice', async () => {
    await start(byUrl());
    await waitFor(() => registry.requests[2]);

    expect(registry.requests[0]?.headers).toMatchObject({ 'x-key': 'k' });
    expect(registry.requests[2]?.headers['if-none-match']).toBe('launch-1');
  });

  it('is asked for as Uplink is, by the last id', async () => {
    await start(byUplink());
    await waitFor(() => registry.requests[2]);

    expect(registry.requests[0]?.variables).toEqual({ ref: 'shop@prod', apiKey: KEY, ifAfterId: null });
    expect(registry.requests[2]?.variables).toMatchObject({ ifAfterId: 'launch-1' });
  });

  it('comes from the next endpoint when one is away', async () => {
    const gateway = await start(byUplink(AWAY, `${registry.url}/uplink`));

    expect(await answers(gateway, 'one')).toBe(true);
  });

  it('stays when the next one cannot be served, and when the source is away', async () => {
    const gateway = await start(byUrl());
    registry.serve(NOT_A_SUPERGRAPH);
    const asked = registry.requests.length;
    await waitFor(() => registry.requests[asked + 2]);
    expect(await answers(gateway, 'one')).toBe(true);

    registry.serve(undefined);
    await waitFor(() => registry.requests[asked + 6]);
    expect(await answers(gateway, 'one')).toBe(true);

    registry.serve(sdlOf(one, two));
    await waitFor(() => answers(gateway, 'two'));
  });

  it('is kept, and served at a start while the source is away; then the source is followed', async () => {
    await (await start(byUrl())).stop();
    gateways.length = 0;
    expect(await readFile(lastGoodFile, 'utf8')).toBe(sdlOf(one));
    registry.serve(undefined);

    const gateway = await start(byUrl());
    expect(await answers(gateway, 'one')).toBe(true);

    registry.serve(sdlOf(one, two));
    await waitFor(() => answers(gateway, 'two'));
    await waitFor(async () => (await readFile(lastGoodFile, 'utf8')) === sdlOf(one, two));
    expect(await readdir(join(folder, 'kept'))).toEqual(['supergraph.graphql']);
  });

  it('is the last good one when the source has none that can be served', async () => {
    await (await start(byUrl())).stop();
    gateways.length = 0;
    registry.serve(NOT_A_SUPERGRAPH);

    const gateway = await start(byUrl());

    expect(await answers(gateway, 'one')).toBe(true);
    expect(await readFile(lastGoodFile, 'utf8')).toBe(sdlOf(one));
  });

  it('is served also where it cannot be kept', async () => {
    await writeFile(join(folder, 'kept'), 'a file where a folder should be');

    expect(await answers(await start(byUrl()), 'one')).toBe(true);
  });

  it.each([
    [
      'a URL',
      () => byUrl(AWAY),
      /Cannot get the supergraph http:\/\/127\.0\.0\.1:20899\/supergraph: .*ECONNREFUSED/,
    ],
    [
      'a registry',
      () => ({ ...byUplink(), key: 'wrong' }) as SupergraphLocation,
      /Cannot get the supergraph shop@prod at .*: ACCESS_DENIED: no access/,
    ],
  ])(
    'is needed: without it and without a last good one nothing starts: %s',
    async (_name, location, message) => {
      const started = start(location());

      await expect(started).rejects.toThrow(message);
      await expect(started).rejects.toThrow(`No last good one is in ${lastGoodFile} either.`);
      await expect(started).rejects.not.toThrow(/wrong/);
    },
  );
});
