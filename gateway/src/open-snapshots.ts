import { openSupergraphSource } from './sources/supergraph-source.ts';
import { CurrentSnapshot, type CurrentSnapshotOptions, type Serving } from './supergraph/current-snapshot.ts';
import type { GenerationOptions } from './generation.ts';
import { hearWorkers, tellWorkers } from './worker-news.ts';

/** The supergraphs that are served by one configuration, and what ends following their source. */
export interface OpenSnapshots {
  readonly snapshots: CurrentSnapshot;
  stop(): void;
}

/**
 * A supergraph that comes while an older one is being opened takes its place before this resolves.
 *
 * @throws when there is no supergraph that can be served.
 */
export async function openSnapshots(options: GenerationOptions, previous?: Serving): Promise<OpenSnapshots> {
  const {
    config,
    logger,
    telemetry: { metrics },
  } = options;
  let begin: (opened: CurrentSnapshot) => void = () => undefined;
  const begun = new Promise<CurrentSnapshot>((resolve) => {
    begin = resolve;
  });
  const replace = async (sdl: string): Promise<void> => {
    try {
      await (await begun).replace(sdl);
    } catch (error) {
      metrics?.onSupergraph('refused');
      throw error;
    }
  };
  // A source offers one, and looks for no other before it is told what became of it.
  let offered: Promise<void> | undefined;
  const source = await openSupergraphSource(config.supergraph, {
    logger,
    onUnavailable: () => metrics?.onSupergraph('unavailable'),
    onChange: (sdl) => (offered = replace(sdl)),
  });
  const refuse = (error: unknown, what: string): void => {
    metrics?.onSupergraph('refused');
    logger.error({ err: error }, `supergraph refused, ${what}`);
  };
  const open = async (): Promise<CurrentSnapshot> => {
    const settings = snapshotOptions(options);
    const { content, lastGood } = source;
    const kept = await lastGood?.read();
    const other = kept === content ? undefined : kept;
    if (other !== undefined && config.canary !== undefined && previous === undefined) {
      const old = await CurrentSnapshot.create(other, settings).catch(() => undefined);
      await old?.replace(content).catch((error: unknown) => {
        refuse(error, 'beginning with the last good one');
      });
      if (old !== undefined) return old;
    }
    return CurrentSnapshot.create(content, settings, previous).catch((error: unknown) => {
      if (other === undefined) throw error;
      refuse(error, 'beginning with the last good one');
      return CurrentSnapshot.create(other, settings, previous);
    });
  };
  try {
    const opened = await open();
    await source.lastGood?.keep(opened.current.supergraphSdl);
    opened.onChange(({ supergraphSdl }) => {
      metrics?.onSupergraph('served');
      void source.lastGood?.keep(supergraphSdl);
    });
    const deafen = hearWorkers(({ outcome, id }) => {
      void opened.follow(outcome, id);
    });
    begin(opened);
    // Whoever offered it tells why it is refused.
    await offered?.catch(() => undefined);
    return {
      snapshots: opened,
      stop: () => {
        deafen();
        source.stop();
        opened.stop();
      },
    };
  } catch (error) {
    source.stop();
    throw error;
  }
}

const snapshotOptions = ({
  config,
  planners,
  logger,
  telemetry: { metrics, reportsUsage },
}: GenerationOptions): CurrentSnapshotOptions => ({
  planners,
  logger,
  canary: config.canary,
  onCanary: (outcome, id) => {
    metrics?.onCanary(outcome);
    if (outcome === 'promoted' || outcome === 'returned') tellWorkers(outcome, id);
  },
  introspection: config.introspection,
  limits: config.limits,
  authorization: config.authorization.directives,
  filterIntrospection: config.authorization.filterIntrospection,
  costs: config.rateLimit !== undefined || (config.demandControl?.appliesTo ?? false),
  usage: reportsUsage,
  operationCacheBytes: config.operationCacheBytes,
  onWarnings: (codes, operation) => {
    logger.warn(
      { 'graphql.operation.name': operation.operationName, 'graphql.limits': codes },
      'operation beyond limits',
    );
  },
});
