import { parse } from 'yaml';
import * as z from 'zod';
import { compose } from '../schema-work/compose.ts';
import type { SchemaMessage } from '../schema-work/protocol.ts';

const SupergraphConfig = z.object({
  subgraphs: z.record(
    z.string(),
    z.object({ routing_url: z.string().nullish(), schema: z.object({ sdl: z.string() }) }),
  ),
});

/** What rover reads from the plugin's standard output. */
export type PluginAnswer =
  | { readonly Ok: { readonly supergraphSdl: string; readonly hints: readonly object[] } }
  | { readonly Err: { readonly build_errors: readonly object[] } };

/** Composes what rover has written: a supergraph config with every schema in it. */
export function composeFile(yaml: string): PluginAnswer {
  const { data, error } = SupergraphConfig.safeParse(parse(yaml));
  if (error !== undefined) return failure([{ code: 'INVALID_CONFIG', message: z.prettifyError(error) }]);
  const subgraphs = Object.entries(data.subgraphs).map(([name, { routing_url: url, schema }]) => ({
    name,
    url: url ?? '',
    sdl: schema.sdl,
  }));
  // A file that rover cannot read is an empty one to it.
  if (subgraphs.length === 0)
    return failure([
      {
        code: 'NO_SUBGRAPHS',
        message:
          'The supergraph config has no subgraphs, or rover could not read it: each needs a schema, and federation_version is written as =2.14.4 or 2.',
      },
    ]);
  const { errors, hints, supergraph } = compose(subgraphs);
  return supergraph === undefined
    ? failure(errors)
    : { Ok: { supergraphSdl: supergraph.sdl, hints: hints.map(toMessage) } };
}

const failure = (errors: readonly Pick<SchemaMessage, 'code' | 'message'>[]): PluginAnswer => ({
  Err: { build_errors: errors.map((each) => ({ ...toMessage(each), type: 'composition' })) },
});

const toMessage = ({ code, message }: Pick<SchemaMessage, 'code' | 'message'>) => ({
  code,
  message,
  nodes: [],
});
