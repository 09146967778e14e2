import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readServices, root } from '../../scripts/services/services.ts';
import { RUNNING_SYSTEM, type RunningSystem } from '../running-system.ts';
import type { Stack } from './stack.ts';

const run = promisify(execFile);
/** Those that ask a system and leave its processes alone. */
const FILES = ['e2e/journey', 'e2e/explorer'];

/** Runs e2e/ against the containers. @returns what jest counted. @throws with its output when one fails. */
export async function runSuite(stack: Stack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'running-system-'));
  try {
    const secrets = join(folder, 'access-token-key.json');
    const [users = ''] = await stack.containers('users');
    await writeFile(secrets, await stack.docker('exec', users, 'cat', '/run/secrets/access-token-key.json'));
    const urls: Record<string, string> = {};
    for (const { name, port } of readServices()) {
      const [container = ''] = await stack.containers(name);
      urls[name] = await stack.addressOf(container, port);
    }
    const system: RunningSystem = {
      urls: { ...urls, gateway: stack.gatewayUrl, registry: stack.registryUrl },
      issuer: 'http://users:4001',
      accessTokenKey: secrets,
    };
    const { stderr } = await run(process.execPath, ['scripts/run.mjs', 'scripts/test.ts', ...FILES], {
      cwd: root,
      env: { ...stack.env, [RUNNING_SYSTEM]: JSON.stringify(system) },
    });
    const [, counted = ''] = /^Tests: +(.*)$/m.exec(stderr) ?? [];
    return counted;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${stdout}${stderr}`.slice(-6_000), { cause: error });
  } finally {
    await rm(folder, { recursive: true });
  }
}
