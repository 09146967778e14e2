import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { composeFakes, startFakeSubgraph, waitFor, type FakeSubgraph } from '@tributary/testkit';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CanaryYaml, canaryOptions } from '../../src/config/canary-yaml.ts';
import { startTestGateway, type TestGateway } from '../../src/testing/start-test-gateway.ts';
import { telemetryOfATest, type TestTelemetry } from '../testing/telemetry-of-a-test.ts';

const openTelemetry = telemetryOfATest();

/** Twenty callers: some of them are on either side, whatever the supergraph. */
const CALLERS = Array.from({ length: 20 }, (_, index) => `caller-${index}`);
const NEVER = '1h';

describe('a canary', () => {
  let old: FakeSubgraph;
  let good: FakeSubgraph;
  let failing: FakeSubgraph;
  let slow: FakeSubgraph;
  let folder: string;
  let file: string;
  let lastGoodFile: string;
  let gateway: TestGateway;
  let telemetry: TestTelemetry;

  const subgraph = (version: string, resolve: () => unknown = () => version) =>
    startFakeSubgraph('shop', `type Query { version: String ${version}: Int }`, {
      Query: { version: resolve },
    });
  const canary = (options: object) =>
    canaryOptions(
      CanaryYaml.parse({
        percent: 40,
        key: ['header:x-caller'],
        min_requests: 30,
        duration: NEVER,
        ...options,
      }),
    );
  const start = async (options: object = {}): Promise<void> => {
    telemetry = await openTelemetry({ prometheus: { host: '', port: 0, path: '' } });
    gateway = await startTestGateway([old], {
      supergraph: { kind: 'file', path: file, lastGoodFile },
      telemetry: telemetry.telemetry,
      canary: canary(options),
      closeSubgraphs: false,
    });
  };
  const publish = (next: FakeSubgraph): Promise<void> => writeFile(file, composeFakes([next]));
  const ask = (caller: string) => gateway.query('{ version }', {}, { 'x-caller': caller });
  /** What each caller gets. */
  const versions = async (): Promise<unknown[]> =>
    Promise.all(CALLERS.map(async (caller) => (await ask(caller)).data?.version));
  const outcome = async (name: string): Promise<number> =>
    Number(
      new RegExp(`canaries_total\\{outcome="${name}"\\} (\\d+)`).exec(await telemetry.metrics())?.[1] ?? NaN,
    );
  const happened = (name: string, times = 1) =>
    waitFor(async () => (await outcome(name)) === times, { what: name, timeoutMs: 90_000 });
  /** Asks for everybody until the canary has come to this. */
  const askUntil = (name: string): Promise<unknown> =>
    waitFor(
      async () => {
        await versions();
        return (await outcome(name)) === 1;
      },
      { what: name, timeoutMs: 90_000 },
    );
  const everybody = (version: string): unknown[] => CALLERS.map(() => version);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'canary-'));
    file = join(folder, 'supergraph.graphql');
    lastGoodFile = join(folder, 'last-good.graphql');
    old = await subgraph('old');
    good = await subgraph('good');
    failing = await subgraph('failing', () => {
      throw new Error('broken');
    });
    slow = await subgraph('slow', () => delay(1_500, 'slow'));
    await publish(old);
  });
  afterEach(async () => {
    await gateway.stop();
    await Promise.all([old, good, failing, slow].map((each) => each.close()));
    await rm(folder, { recursive: true });
  });

  it('is for some callers, always the same, and then for everybody', async () => {
    await start({ duration: '6s' });
    await publish(good);
    await happened('started');

    const first = await versions();
    expect(new Set(first)).toEqual(new Set(['old', 'good']));
    expect(await versions()).toEqual(first);
    expect(await telemetry.metrics()).toContain('tributary_supergraph_canary_active 1\n');
    expect(await readFile(lastGoodFile, 'utf8')).toContain(old.url);

    await happened('promoted');
    expect(await versions()).toEqual(everybody('good'));
    expect(await telemetry.metrics()).toContain('tributary_supergraph_canary_active 0\n');
    await waitFor(async () => (await readFile(lastGoodFile, 'utf8')).includes(good.url));
  });

  it('is given up when its requests fail, and no other caller sees anything of it', async () => {
    await start();
    await publish(failing);
    await happened('started');
    const seen = new Set(await versions());
    expect(seen).toEqual(new Set(['old', null]));

    await askUntil('returned');

    expect(await versions()).toEqual(everybody('old'));
    expect(await readFile(lastGoodFile, 'utf8')).toContain(old.url);
  });

  it('is given up when it is slow', async () => {
    await start();
    await publish(slow);
    await happened('started');

    await askUntil('returned');

    expect(await versions()).toEqual(everybody('old'));
  });

  it('is given up when it lacks what clients ask for', async () => {
    await start();
    await writeFile(file, composeFakes([await withoutVersion()]));
    await happened('started');

    await askUntil('returned');

    expect(await versions()).toEqual(everybody('old'));
  });

  const withoutVersion = async (): Promise<FakeSubgraph> => {
    await good.close();
    return (good = await startFakeSubgraph('shop', 'type Query { other: Int }', {}));
  };

  it('is not given up for errors that the old one has too', async () => {
    await start();
    await publish(good);
    await happened('started');
    const broken = '{ version nothing }';
    for (let round = 0; round < 10; round += 1)
      await Promise.all(CALLERS.map((caller) => gateway.query(broken, {}, { 'x-caller': caller })));
    await delay(600);

    expect(await outcome('returned')).toBe(0);
  });

  it('that was given up is not tried again by another configuration, but another one is', async () => {
    await start();
    await publish(failing);
    await happened('started');
    await askUntil('returned');

    await gateway.reload({ suggestions: false });
    expect(await versions()).toEqual(everybody('old'));
    expect(await outcome('started')).toBe(1);

    await publish(good);
    await happened('started', 2);
    expect(new Set(await versions())).toEqual(new Set(['old', 'good']));
  });

  it('goes on under another configuration, with the same callers and the time that is left', async () => {
    await start({ duration: '8s' });
    await publish(good);
    await happened('started');
    const before = await versions();

    await gateway.reload({ suggestions: false });

    expect(await versions()).toEqual(before);
    await happened('promoted');
    expect(await outcome('started')).toBe(1);
    expect(await versions()).toEqual(everybody('good'));
  });

  it('makes room for a newer one, and ends when the old one is published again', async () => {
    await start();
    await publish(failing);
    await happened('started');

    await publish(good);
    await happened('started', 2);
    expect(await outcome('superseded')).toBe(1);
    expect(new Set(await versions())).toEqual(new Set(['old', 'good']));

    await publish(old);
    await happened('superseded', 2);
    expect(await versions()).toEqual(everybody('old'));
  });

  it('is begun at a start too, when another supergraph was the last good one', async () => {
    await writeFile(lastGoodFile, composeFakes([old]));
    await publish(good);

    await start();

    expect(new Set(await versions())).toEqual(new Set(['old', 'good']));
  });
});
