import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';

/** The part of rover's supergraph configuration that names subgraphs by file. */
const SupergraphConfig = z.strictObject({
  federation_version: z.string().regex(/^=2\.\d+\.\d+$/, 'must pin an exact version, such as =2.14.4'),
  subgraphs: z.record(
    z.string(),
    z.strictObject({ routing_url: z.url(), schema: z.strictObject({ file: z.string() }) }),
  ),
});

export interface SubgraphSource {
  readonly name: string;
  readonly routingUrl: string;
  /** Absolute path of the SDL file. */
  readonly file: string;
  readonly sdl: string;
}

export interface SupergraphSources {
  /** Without the leading `=`. */
  readonly federationVersion: string;
  readonly subgraphs: readonly SubgraphSource[];
}

/**
 * Reads rover.yaml and the contracts it names.
 *
 * @throws Error naming the file and what is wrong with it.
 * @see https://www.apollographql.com/docs/rover/commands/supergraphs#yaml-configuration-file
 */
export async function readSupergraphConfig(path: string): Promise<SupergraphSources> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`${path} cannot be read: it names the subgraphs, CONTRIBUTING.md says how.`, { cause });
  });
  const result = SupergraphConfig.safeParse(parseYaml(text));
  if (!result.success)
    throw new Error(`${path} is not a supergraph configuration:\n${z.prettifyError(result.error)}`);
  const subgraphs = await Promise.all(
    Object.entries(result.data.subgraphs).map(async ([name, { routing_url: routingUrl, schema }]) => {
      const file = resolve(dirname(path), schema.file);
      const sdl = await readFile(file, 'utf8').catch((cause: unknown) => {
        throw new Error(`${path}: the schema of ${name} is not readable at ${schema.file}`, { cause });
      });
      return { name, routingUrl, file, sdl };
    }),
  );
  return { federationVersion: result.data.federation_version.slice(1), subgraphs };
}
