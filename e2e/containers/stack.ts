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
const STAND_INS = ['postgres', 'mongo', 'valkey', 'load-balancer'];

export interface StackPorts {
  readonly gateway: number;
  readonly registry: number;
}

/** docker/compose.yaml on an engine, as a project of its own. */
export interface Stack {
  readonly gatewayUrl: string;
  readonly registryUrl: string;
  /** With what `docker` is run, for programs that run it themselves. */
  readonly env: NodeJS.ProcessEnv;
  docker(...args: readonly string[]): Promise<string>;
  compose(...args: readonly string[]): Promise<string>;
  /** The same project with another file of e2e/containers/ on top. */
  composeWith(file: string, ...args: readonly string[]): Promise<string>;
  /** Names of the containers of a service. */
  containers(service: string): Promise<readonly string[]>;
  /** The origin of one instance, from this machine; without the load balancer. */
  addressOf(container: string, port: number): Promise<string>;
}

export function createStack(
  { env: engineEnv, isOffline }: Engine,
  ports: StackPorts,
  signal: AbortSignal,
): Stack {
  const files = ['docker/compose.yaml', ...(isOffline ? ['e2e/containers/compose.stand-ins.yaml'] : [])];
  const env = { ...engineEnv, GATEWAY_PORT: String(ports.gateway), REGISTRY_PORT: String(ports.registry) };
  const docker = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run('docker', args, { cwd: root, env, maxBuffer: MAX_OUTPUT_BYTES, signal });
    return stdout.trim();
  };
  const composeOf = (more: readonly string[], args: readonly string[]): Promise<string> =>
    docker(
      ...['compose', '--project-name', PROJECT, '--progress', 'quiet'],
      ...[...files, ...more].flatMap((file) => ['--file', file]),
      ...args,
    );
  const compose: Stack['compose'] = (...args) => composeOf([], args);
  return {
    gatewayUrl: `http://127.0.0.1:${ports.gateway}`,
    registryUrl: `http://127.0.0.1:${ports.registry}`,
    env,
    docker,
    compose,
    composeWith: (file, ...args) => composeOf([`e2e/containers/${file}`], args),
    containers: async (service) =>
      (await compose('ps', '--format', '{{.Name}}', service))
        .split('\n')
        .filter((name) => name !== '')
        .sort(),
    addressOf: async (container, port) => {
      const format = `{{(index .NetworkSettings.Networks "${PROJECT}_graph").IPAddress}}`;
      return `http://${await docker('inspect', '--format', format, container)}:${port}`;
    },
  };
}

/** Of what is not as it should be: what its last health checks said, and the end of its log. */
export async function describeTrouble({ docker, compose, env }: Stack): Promise<string> {
  const containers = (
    await compose('ps', '--all', '--format', '{{.Name}} {{.Health}} {{.State}} {{.ExitCode}}')
  )
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, ...state]) => !['healthy running 0', ' exited 0', ' running 0'].includes(state.join(' ')));
  const told = containers.map(async ([name = '', ...state]) => {
    const health = await docker('inspect', '--format', '{{json .State.Health}}', name);
    const { stderr, stdout } = await run('docker', ['logs', '--tail', '15', name], { env }).catch(() => ({
      stdout: '',
      stderr: '',
    }));
    return `${name}: ${state.join(' ')}\n  ${health}\n${stdout}${stderr}`;
  });
  return (await Promise.all(told)).join('\n');
}

/** Images of the stores, for an engine that cannot pull the published ones. */
export async function buildStandIns({ docker }: Stack): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stand-ins-'));
  try {
    for (const file of ['stand-ins.Dockerfile', 'postgres-entrypoint.sh'])
      await cp(join(import.meta.dirname, file), join(folder, file));
    await bundlePrograms({ 'embedded-mongo.js': join(root, 'packages/embedded-mongo/src/main.ts') }, folder);
    for (const name of STAND_INS) {
      const file = join(folder, 'stand-ins.Dockerfile');
      const tag = `tributary-test/${name}`;
      await docker(
        ...['build', '--quiet', '--network', 'host', '--file', file, '--target', name, '--tag', tag, folder],
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
