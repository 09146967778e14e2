import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundlePrograms } from '../../scripts/services/bundle-service.ts';
import { root } from '../../scripts/services/services.ts';
import type { Engine } from './find-engine.ts';

const run = promisify(execFile);
const PROJECT = 'tributary-containers';
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** docker/compose.yaml on an engine, as a project of its own. */
export interface Stack {
  readonly gatewayUrl: string;
  docker(...args: readonly string[]): Promise<string>;
  compose(...args: readonly string[]): Promise<string>;
  /** Names of the containers of a service. */
  containers(service: string): Promise<readonly string[]>;
}

export function createStack({ env, isOffline }: Engine, gatewayPort: number, signal: AbortSignal): Stack {
  const files = ['docker/compose.yaml', ...(isOffline ? ['e2e/containers/compose.stand-ins.yaml'] : [])];
  const docker = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run('docker', args, {
      cwd: root,
      env: { ...env, GATEWAY_PORT: String(gatewayPort) },
      maxBuffer: MAX_OUTPUT_BYTES,
      signal,
    });
    return stdout.trim();
  };
  const compose: Stack['compose'] = (...args) =>
    docker(
      'compose',
      '--project-name',
      PROJECT,
      '--progress',
      'quiet',
      ...files.flatMap((file) => ['--file', file]),
      ...args,
    );
  return {
    gatewayUrl: `http://127.0.0.1:${gatewayPort}`,
    docker,
    compose,
    containers: async (service) =>
      (await compose('ps', '--format', '{{.Name}}', service))
        .split('\n')
        .filter((name) => name !== '')
        .sort(),
  };
}

/** Images of the stores, for an engine that cannot pull the published ones. */
export async function buildStandIns({ docker }: Stack): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stand-ins-'));
  try {
    for (const file of ['stand-ins.Dockerfile', 'postgres-entrypoint.sh'])
      await cp(join(import.meta.dirname, file), join(folder, file));
    await bundlePrograms({ 'embedded-mongo': join(root, 'packages/embedded-mongo/src/main.ts') }, folder);
    for (const store of ['postgres', 'mongo', 'valkey']) {
      const file = join(folder, 'stand-ins.Dockerfile');
      const tag = `tributary-test/${store}`;
      await docker(
        ...['build', '--quiet', '--network', 'host', '--file', file, '--target', store, '--tag', tag, folder],
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
