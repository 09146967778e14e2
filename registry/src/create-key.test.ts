import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, spawnService, type SpawnedService, type TestDatabase } from '@tributary/testkit';
import { hash } from 'node:crypto';

const MAIN = 'registry/src/main.ts';
const KEY = 'service:shop:made-where-nobody-else-is';

describe('create-key with the hash of a key that was made elsewhere', () => {
  let database: TestDatabase;
  let service: SpawnedService | undefined;
  const run = (command: string, settings: Readonly<Record<string, string>> = {}): SpawnedService =>
    spawnService(MAIN, [command], { POSTGRES_URL: database.url, PORT: '0', ...settings });

  beforeAll(async () => {
    database = await createTestDatabase();
    await run('migrate').finished;
  });
  afterAll(async () => {
    service?.process.kill();
    await service?.finished;
    await database.drop();
  });

  it('makes the graph and lets in who has the key, and prints none', async () => {
    const settings = { GRAPH_ID: 'shop', KEY_SHA256: hash('sha256', KEY) };
    const { exitCode, output } = await run('create-key', settings).finished;
    expect({ exitCode, output: output.trim() }).toEqual({
      exitCode: 0,
      output: 'The key with this hash has the role ADMIN in shop now.',
    });

    service = run('serve');
    const response = await fetch(`${await service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': KEY },
      body: JSON.stringify({ query: '{ graph(id: "shop") { id } }' }),
    });
    expect(await response.json()).toMatchObject({ data: { graph: { id: 'shop' } } });
  });

  it('refuses what is no hash, a key by mistake say, without repeating it', async () => {
    const { exitCode, output } = await run('create-key', { GRAPH_ID: 'shop', KEY_SHA256: KEY }).finished;

    expect(exitCode).toBe(2);
    expect(output).toContain('KEY_SHA256');
    expect(output).not.toContain(KEY);
  });
});
