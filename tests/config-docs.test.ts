import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { configDocs } from '../scripts/config-docs/config-docs.ts';

describe('what is generated from the configuration of the gateway', () => {
  it('is fresh: npm run config', async () => {
    for (const [file, content] of await configDocs()) expect(await readFile(file, 'utf8')).toBe(content);
  });
});
