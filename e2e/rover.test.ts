import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runRover } from '@tributary/testkit';
import { parse, print, visit } from 'graphql';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootSystem, BOOT_TIMEOUT_MS, type TestSystem } from './boot-system.ts';

const root = join(import.meta.dirname, '..');

/** What a subgraph library adds to a schema so that a gateway can ask it, and what introspection cannot tell apart. */
const MACHINERY = /^(_Service|_Entity|_Any|(federation|link)__\w+)$/;

/**
 * A schema's definitions, each as printed, in order. Left out are comments and layout, federation's own
 * machinery, definitions of directives, which only repeat what @link imports, and the names of the root types.
 */
function definitionsOf(sdl: string): string[] {
  const document = visit(parse(sdl, { noLocation: true }), {
    StringValue: (node) => ({ ...node, block: true }),
    FieldDefinition: ({ name }) => (['_entities', '_service'].includes(name.value) ? null : undefined),
    DirectiveDefinition: () => null,
    SchemaDefinition: () => null,
    ObjectTypeDefinition: ({ name }) => (MACHINERY.test(name.value) ? null : undefined),
    UnionTypeDefinition: ({ name }) => (MACHINERY.test(name.value) ? null : undefined),
    ScalarTypeDefinition: ({ name }) => (MACHINERY.test(name.value) ? null : undefined),
    EnumTypeDefinition: ({ name }) => (MACHINERY.test(name.value) ? null : undefined),
  });
  return document.definitions.map((definition) => print(definition)).sort();
}

describe('rover', () => {
  let system: TestSystem;
  let home: string;

  beforeAll(async () => {
    system = await bootSystem();
    home = await mkdtemp(join(tmpdir(), 'rover-'));
  }, BOOT_TIMEOUT_MS);

  afterAll(async () => {
    await system.stop();
    await rm(home, { recursive: true });
  }, BOOT_TIMEOUT_MS);

  it.each(['users', 'products', 'payments'] as const)(
    'introspects the running %s subgraph and finds its contract',
    async (name) => {
      const { code, stdout, stderr } = await runRover(
        ['subgraph', 'introspect', `${system.urls[name]}/graphql`],
        { home },
      );

      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(definitionsOf(stdout)).toEqual(
        definitionsOf(await readFile(join(root, `schema/${name}.graphql`), 'utf8')),
      );
    },
    30_000,
  );

  it('introspects the gateway and finds the API schema', async () => {
    const { code, stdout } = await runRover(['graph', 'introspect', `${system.urls.gateway}/graphql`], {
      home,
    });

    expect(code).toBe(0);
    // Rover's introspection query does not ask for specifiedByURL.
    const api = (await readFile(join(root, 'schema/api.graphql'), 'utf8')).replace(
      / @specifiedBy\(.*\)/g,
      '',
    );
    expect(definitionsOf(stdout)).toEqual(definitionsOf(api));
  });
});
