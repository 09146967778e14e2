import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publish } from './publish.ts';
import { bootSystem, BOOT_TIMEOUT_MS, type TestSystem } from './boot-system.ts';

const CLIENTS = 8;
const RELOADS = 3;

describe('a supergraph that changes under load', () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await bootSystem();
  }, BOOT_TIMEOUT_MS);

  afterAll(() => system.stop(), BOOT_TIMEOUT_MS);

  it('is served without one failed request', async () => {
    const token = await system.signIn('ada');
    const query =
      '{ viewer { displayName orders(first: 2) { nodes { number } } } products(first: 3) { nodes { title } } }';
    const failures: unknown[] = [];
    let answered = 0;
    let running = true;
    const clients = Array.from({ length: CLIENTS }, async () => {
      while (running) {
        const { status, errors } = await system
          .request(query, {}, token)
          .catch((error: unknown) => ({ status: 0, errors: [error] }));
        if (status !== 200 || errors !== undefined) failures.push({ status, errors });
        answered += 1;
      }
    });

    const original = await readFile(join(import.meta.dirname, '../schema/users.graphql'), 'utf8');
    for (let reload = 1; reload <= RELOADS; reload += 1) {
      const description = `reload ${reload}`;
      await publish(system, 'users', original.replace('Lengths are in Unicode code points.', description));
      await waitFor(
        async () =>
          (await system.request('{ __type(name: "PasswordPolicy") { description } }')).data.__type
            .description === description,
        { what: description },
      );
      const before = answered;
      await waitFor(() => answered > before + CLIENTS, { what: 'requests on the new supergraph' });
    }
    running = false;
    await Promise.all(clients);

    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(RELOADS * CLIENTS);
  });
});
