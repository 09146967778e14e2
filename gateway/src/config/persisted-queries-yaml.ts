import * as z from 'zod';
import type { RegistryList } from '../persisted-operations/published-operations.ts';
import { size } from './config-values.ts';

/** `persisted_queries` of gateway.yaml. */
export const PersistedQueries = z.strictObject({
  local_manifests: z
    .array(z.string())
    .default([])
    .describe("Manifests in Apollo's format: files, or folders of `.json` files."),
  hot_reload: z
    .boolean()
    .default(true)
    .describe('Take over changes of local manifests while the gateway runs.'),
  registry: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe(
          'Take what `rover persisted-queries publish` gave the registry for the graph, and follow it.',
        ),
      last_good: z
        .string()
        .optional()
        .describe('File that keeps the last list, for a start while the registry is away.'),
    })
    .prefault({})
    .describe('The list of the registry that `uplink` names, beside local manifests.'),
  log_unknown: z.boolean().default(false).describe('Log documents that are in no manifest.'),
  safelist: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe('Refuse documents that are in no manifest. Code `QUERY_NOT_IN_SAFELIST`.'),
      require_id: z
        .boolean()
        .default(false)
        .describe('Refuse documents altogether, only ids are taken. Code `PERSISTED_QUERY_ID_REQUIRED`.'),
    })
    .prefault({})
    .describe('What else clients may send.'),
});

/** `apq` of gateway.yaml. */
export const Apq = z.strictObject({
  enabled: z
    .boolean()
    .optional()
    .describe('Let clients register documents by their hash. On, unless there is a safelist.'),
  cache_bytes: size('10MB').describe('Most memory for such documents.'),
});

export interface PersistedOperationsConfig {
  /** Files and folders. */
  readonly manifests: readonly string[];
  readonly hotReload: boolean;
  /** Undefined: no registry is asked. */
  readonly registry: RegistryList | undefined;
  readonly logUnknown: boolean;
  readonly safelist: boolean;
  readonly requireId: boolean;
  /** Undefined: clients register nothing. */
  readonly automaticBytes: number | undefined;
}

interface Yaml {
  readonly persisted_queries: z.output<typeof PersistedQueries>;
  readonly apq: z.output<typeof Apq>;
}

export const persistedOperationsConfig = (
  { persisted_queries: { safelist, ...queries }, apq }: Yaml,
  fromFile: (path: string) => string,
  registry: Omit<RegistryList, 'lastGoodFile'> | undefined,
): PersistedOperationsConfig => ({
  manifests: queries.local_manifests.map(fromFile),
  hotReload: queries.hot_reload,
  registry:
    registry === undefined || !queries.registry.enabled
      ? undefined
      : { ...registry, lastGoodFile: queries.registry.last_good && fromFile(queries.registry.last_good) },
  logUnknown: queries.log_unknown,
  safelist: safelist.enabled,
  requireId: safelist.require_id,
  automaticBytes: (apq.enabled ?? !safelist.enabled) ? apq.cache_bytes : undefined,
});

/** What cannot be meant together, with the option that it is said of. */
export function contradictionsOf({
  persisted_queries: { local_manifests: manifests, registry, safelist },
  apq,
}: Yaml): readonly { readonly path: readonly string[]; readonly message: string }[] {
  const problems: { readonly path: readonly string[]; readonly message: string }[] = [];
  if (safelist.enabled && manifests.length === 0 && !registry.enabled)
    problems.push({
      path: ['persisted_queries', 'safelist', 'enabled'],
      message: 'needs local_manifests or registry.enabled: without one every operation would be refused',
    });
  if (safelist.require_id && !safelist.enabled)
    problems.push({
      path: ['persisted_queries', 'safelist', 'require_id'],
      message: 'needs safelist.enabled: true',
    });
  if (safelist.enabled && apq.enabled === true)
    problems.push({
      path: ['apq', 'enabled'],
      message: 'must be false with a safelist: clients could register what the safelist refuses',
    });
  return problems;
}
