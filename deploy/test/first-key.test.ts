import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { deployFolder } from './templates.ts';

/** Stands in for the AWS CLI: answers like it, and keeps what it was called with. */
const AWS = `#!/usr/bin/env bash
printf '%s\\n' "$*" >>"$CALLS"
case "$1 $2" in
  'ecs run-task') echo arn:task ;;
  'ecs describe-tasks') echo "$EXIT_CODE" ;;
  'cloudformation describe-stacks') echo output ;;
esac
`;

describe('ci/first-key.sh', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tributary-first-key-'));
    await writeFile(join(folder, 'aws'), AWS);
    await chmod(join(folder, 'aws'), 0o755);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const run = async (exitCode: string, script = 'ci/first-key.sh', ...args: readonly string[]) => {
    const calls = join(folder, 'calls');
    const { status, stdout, stderr } = spawnSync(script, args.length > 0 ? args : ['dev', 'shop'], {
      cwd: join(deployFolder, '..'),
      encoding: 'utf8',
      env: { PATH: `${folder}${delimiter}${process.env['PATH']}`, CALLS: calls, EXIT_CODE: exitCode },
    });
    return { status, key: stdout.trim(), stderr, calls: await readFile(calls, 'utf8') };
  };

  it('prints a key that AWS and its logs only know the hash of', async () => {
    const { status, key, stderr, calls } = await run('0');

    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(key).toMatch(/^service:shop:[\w-]{43}$/);
    const [, overrides = ''] = /--overrides (\{.*\}) --query/s.exec(calls) ?? [];
    expect(JSON.parse(overrides)).toEqual({
      containerOverrides: [
        {
          name: 'registry',
          command: ['create-key'],
          environment: [
            { name: 'GRAPH_ID', value: 'shop' },
            { name: 'KEY_NAME', value: 'first key' },
            { name: 'KEY_SHA256', value: hash('sha256', key) },
          ],
        },
      ],
    });
    expect(calls).not.toContain(key.slice('service:shop:'.length));
  });

  it('prints none when the task fails', async () => {
    expect(await run('1')).toMatchObject({ status: 1, key: '' });
  });

  it('runs a task as ci/migrate.sh does, whose end is that of the task', async () => {
    const succeeded = await run('0', 'ci/migrate.sh', 'dev', 'registry');
    const failed = await run('1', 'ci/migrate.sh', 'dev', 'registry');

    expect([succeeded.status, failed.status]).toEqual([0, 1]);
    expect(succeeded.calls).toContain('--overrides {} ');
    expect(succeeded.calls).toContain('--stack-name tributary-dev-registry-migration ');
  });
});
