import type {
  IContextualizedStats,
  IFieldStat,
  IPathErrorStats,
  IStatsContext,
  ITypeStat,
  Trace,
} from '@apollo/usage-reporting-protobuf';
import type { GraphQLError } from 'graphql';
import { DurationHistogram } from '../../duration-histogram.ts';

/** Errors below one place of the response, lists left out. */
class ErrorStats implements IPathErrorStats {
  readonly children: Record<string, ErrorStats> = Object.create(null) as Record<string, ErrorStats>;
  errorsCount = 0;
  requestsWithErrorsCount = 0;

  child(name: string): ErrorStats {
    return (this.children[name] ??= new ErrorStats());
  }
}

/** What one field of the schema was asked for, in requests whose fields were traced. */
class FieldStats implements IFieldStat {
  readonly returnType: string;
  errorsCount = 0;
  observedExecutionCount = 0;
  estimatedExecutionCount = 0;
  requestsWithErrorsCount = 0;
  readonly latencyCount = new DurationHistogram();

  constructor(returnType: string) {
    this.returnType = returnType;
  }

  record(node: TraceNode, weight: number): void {
    const errors = node.error?.length ?? 0;
    this.errorsCount += errors;
    this.requestsWithErrorsCount += errors > 0 ? 1 : 0;
    this.observedExecutionCount += 1;
    this.estimatedExecutionCount += weight;
    this.latencyCount.add((Number(node.endTime) - Number(node.startTime)) / 1e6, weight);
  }
}

type TraceNode = NonNullable<Trace['root']>;

/** The requests of one operation that one version of one client made. */
export class UsageStats implements IContextualizedStats {
  readonly context: IStatsContext;
  readonly queryLatencyStats = {
    requestCount: 0,
    requestsWithErrorsCount: 0,
    requestsWithoutFieldInstrumentation: 0,
    latencyCount: new DurationHistogram(),
    rootErrorStats: new ErrorStats(),
  };
  readonly perTypeStat: Record<string, ITypeStat & { perFieldStat: Record<string, FieldStats> }> =
    Object.create(null) as Record<string, ITypeStat & { perFieldStat: Record<string, FieldStats> }>;

  constructor(context: IStatsContext) {
    this.context = context;
  }

  record(durationMs: number, errors: readonly Pick<GraphQLError, 'path' | 'extensions'>[]): void {
    const stats = this.queryLatencyStats;
    stats.requestCount += 1;
    stats.latencyCount.add(durationMs);
    if (errors.length === 0) return;
    stats.requestsWithErrorsCount += 1;
    const places = new Set<ErrorStats>();
    for (const { path = [], extensions } of errors) {
      let place = stats.rootErrorStats;
      const service: unknown = extensions['service'];
      if (typeof service === 'string') place = place.child(`service:${service}`);
      for (const step of path) if (typeof step === 'string') place = place.child(step);
      place.errorsCount += 1;
      places.add(place);
    }
    for (const place of places) place.requestsWithErrorsCount += 1;
  }

  /** @param weight How many requests one that is traced stands for. */
  recordFields(node: TraceNode, weight: number): void {
    const name = node.originalFieldName || node.responseName;
    if (node.parentType && name && node.type) {
      const { perFieldStat } = (this.perTypeStat[node.parentType] ??= {
        perFieldStat: Object.create(null) as Record<string, FieldStats>,
      });
      (perFieldStat[name] ??= new FieldStats(node.type)).record(node, weight);
    }
    for (const child of node.child ?? []) this.recordFields(child, weight);
  }
}
