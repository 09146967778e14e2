import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { overrideOptions, ProgressiveOverride } from '../../src/config/progressive-override-yaml.ts';
import type { GatewayPlugin } from '../../src/plugins/gateway-plugin.ts';
import { DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

describe('@override', () => {
  const definitions = (label: string) => ({
    old: {
      sdl: 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! size: Int }',
      resolvers: { Query: { thing: () => ({ id: '1', size: 1 }) } },
    },
    new: {
      sdl: `type Thing @key(fields: "id") { id: ID! size: Int @override(from: "old"${label}) }`,
      resolvers: { Thing: entity({ size: () => 2 }) },
    },
  });
  const moved = { old: [DOCUMENT], new: [[{ __typename: 'Thing', id: '1' }]] };

  it.each([
    ['', 2],
    [', label: "percent(100)"', 2],
    [', label: "percent(0)"', 1],
    [', label: "beta"', 1],
  ])('with%s resolves the field where it belongs', async (label, size) => {
    const graph = await start(definitions(label));

    expect((await graph.query('{ thing { size } }')).data.thing.size).toBe(size);
    expect(graph.requests()).toEqual(size === 2 ? moved : { old: [DOCUMENT] });
  });

  it('with a percentage sends that share of requests', async () => {
    const graph = await start(definitions(', label: "percent(50)"'));
    const sizes = [];
    for (let i = 0; i < 40; i += 1) sizes.push((await graph.query('{ thing { size } }')).data.thing.size);

    // Once in half a billion runs they are all the same.
    expect(new Set(sizes)).toEqual(new Set([1, 2]));
  });

  it('with a percentage is the same for a caller who is known', async () => {
    const overrides = overrideOptions(ProgressiveOverride.parse({ key: ['header:x-caller'] }));
    const graph = await start(definitions(', label: "percent(50)"'), { overrides });
    const sizeFor = async (caller: string) =>
      (await graph.query('{ thing { size } }', {}, { 'x-caller': caller })).data.thing.size;
    const callers = Array.from({ length: 20 }, (_, caller) => `caller-${caller}`);
    const sizes = [];
    for (const caller of callers) sizes.push(await sizeFor(caller));

    expect(new Set(sizes)).toEqual(new Set([1, 2]));
    for (const [index, caller] of callers.entries()) expect(await sizeFor(caller)).toBe(sizes[index]);
  });

  it('with a label of its own applies when the configuration says so', async () => {
    const overrides = overrideOptions(
      ProgressiveOverride.parse({ labels: { beta: { header: { name: 'X-Beta' } } } }),
    );
    const graph = await start(definitions(', label: "beta"'), { overrides });
    const sizeWith = async (headers: Record<string, string>) =>
      (await graph.query('{ thing { size } }', {}, headers)).data.thing.size;

    expect(await sizeWith({})).toBe(1);
    expect(await sizeWith({ 'x-beta': 'true' })).toBe(2);
    expect(await sizeWith({ 'x-beta': 'false' })).toBe(1);
  });

  it('with a label of its own applies when a plugin says so', async () => {
    const plugin: GatewayPlugin = {
      name: 'beta',
      decideOverrides: (labels, { request }) =>
        request.headers['x-group'] === 'b' ? [...labels, 'unknown'] : [],
    };
    const graph = await start(definitions(', label: "beta"'), {
      plugins: [{ path: join(import.meta.dirname, '../testing/given-plugin.ts'), options: plugin }],
    });
    const sizeFor = async (group: string) =>
      (await graph.query('{ thing { size } }', {}, { 'x-group': group })).data.thing.size;

    expect(await sizeFor('a')).toBe(1);
    expect(await sizeFor('b')).toBe(2);
  });

  it('moves a root field', async () => {
    const graph = await start({
      old: {
        sdl: 'type Query { now: String here: Int }',
        resolvers: { Query: { now: () => 'old', here: () => 1 } },
      },
      new: {
        sdl: 'type Query { now: String @override(from: "old") }',
        resolvers: { Query: { now: () => 'new' } },
      },
    });

    expect((await graph.query('{ now here }')).data).toEqual({ now: 'new', here: 1 });
  });

  it('moves a field that another one requires', async () => {
    const { old, new: taker } = definitions('');
    const graph = await start({
      old,
      new: taker,
      third: {
        sdl: 'type Thing @key(fields: "id") { id: ID! size: Int @external double: Int @requires(fields: "size") }',
        resolvers: { Thing: entity({ double: ({ size }: { size: number }) => size * 2 }) },
      },
    });

    expect((await graph.query('{ thing { double } }')).data.thing).toEqual({ double: 4 });
    expect(graph.requests()).toEqual({ ...moved, third: [[{ __typename: 'Thing', id: '1', size: 2 }]] });
  });
});
