import { expect, it } from '@jest/globals';
import { createDatabaseOnSmallDisk } from '@tributary/testkit';
import { randomBytes } from 'node:crypto';
import { startTestRegistry } from './testing/start-test-registry.ts';

const place = await createDatabaseOnSmallDisk();

/** A schema that takes up room, which random names do however they are compressed. */
const largeSchema = (): string => {
  const names = Array.from({ length: 3_000 }, () => `f${randomBytes(16).toString('hex')}: Int`);
  return `type Query {\n${names.join('\n')}\n}`;
};

(place === undefined ? it.skip : it)(
  'tells who publishes that the store is away when its disk is full, serves on, and takes the next',
  async () => {
    if (place === undefined) return;
    const registry = await startTestRegistry({}, place);
    const served = async (): Promise<unknown> => {
      const response = await fetch(`${registry.url}/supergraph/shop@current`, {
        headers: { 'x-api-key': registry.key },
      });
      return [response.status, await response.text()];
    };
    try {
      expect(await registry.publish('books', 'type Query { books: Int }')).toMatchObject({ code: 0 });
      const before = await served();
      await place.disk.fill();
      const refused = await registry.publish('books', largeSchema());
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain('A service this request depends on is not answering. Try again.');
      expect(await served()).toEqual(before);

      await place.disk.free();
      expect(await registry.publish('books', largeSchema())).toMatchObject({ code: 0 });
      expect(await served()).not.toEqual(before);
    } finally {
      await registry.stop();
    }
  },
);
