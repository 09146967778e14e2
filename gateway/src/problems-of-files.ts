import { ConfigurationError, readJsonFile, silentLogger, SigningKey } from '@tributary/service-kit';
import { access } from 'node:fs/promises';
import type { GatewayConfig } from './config/gateway-config.ts';
import { openManifests } from './persisted-operations/manifest-source.ts';
import { importPlugin } from './plugins/load-plugins.ts';
import { openTlsMaterial } from './tls/tls-material.ts';

/**
 * What is wrong with the files that a configuration names: the gateway would end at the first of them. Nothing is
 * asked over the network, and no plugin is started.
 *
 * @returns A line for each problem.
 */
export async function problemsOfFiles(config: GatewayConfig): Promise<readonly string[]> {
  const logger = silentLogger();
  const { supergraph, listenerTls, subgraphTls, authentication, persistedOperations } = config;
  const checks: (() => unknown)[] = [];
  if (supergraph.kind === 'file') checks.push(() => readable('supergraph', supergraph.path));
  for (const sources of [listenerTls, subgraphTls?.all, ...(subgraphTls?.subgraphs.values() ?? [])])
    if (sources !== undefined)
      checks.push(async () => {
        (await openTlsMaterial({ sources, logger })).stop();
      });
  const { issuers = [], viewerKeyFile } = authentication ?? {};
  for (const { source } of issuers)
    if (!/^https?:/.test(source)) checks.push(() => readable('authentication.jwt.jwks', source));
  if (viewerKeyFile !== undefined)
    checks.push(() => readJsonFile('gateway', 'authentication.viewer_key_file', viewerKeyFile, SigningKey));
  for (const path of persistedOperations.manifests)
    checks.push(async () => {
      (await openManifests({ paths: [path], hotReload: false, registry: undefined, logger })).stop();
    });
  for (const { path } of config.plugins) checks.push(() => importPlugin(path));
  const { operationsFolder } = config;
  if (operationsFolder !== undefined) checks.push(() => readable('explorer.operations', operationsFolder));

  const problems: string[] = [];
  for (const check of checks) {
    try {
      await check();
    } catch (error) {
      problems.push(...problemsIn(error));
    }
  }
  return problems;
}

async function readable(option: string, path: string): Promise<void> {
  try {
    await access(path);
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    throw new Error(`${option}: ${path} cannot be read (${code}).`, { cause });
  }
}

const problemsIn = (error: unknown): readonly string[] =>
  error instanceof ConfigurationError ? error.problems : [(error as Error).message];
