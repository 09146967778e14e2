import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { waitFor } from '@tributary/testkit';
import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileSource } from './file-source.ts';

describe('a text in a file', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'file-source-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('that is replaced while it is read for the first time is read again', async () => {
    // A pipe is read for as long as the test holds it open.
    const path = join(folder, 'text');
    execFileSync('mkfifo', [path]);
    const offered: string[] = [];
    const opening = openFileSource({
      path,
      option: '--text',
      what: 'text',
      logger: silentLogger(),
      onChange: async (content) => void offered.push(content),
    });
    const pipe = await open(path, 'w');
    await writeFile(`${path}.next`, 'second');
    await rename(`${path}.next`, path);
    await pipe.writeFile('first');
    await pipe.close();

    const source = await opening;

    expect(source.content).toBe('first');
    await waitFor(() => offered.length > 0);
    expect(offered).toEqual(['second']);
    source.stop();
  });
});
