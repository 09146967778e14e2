import { Report, type ITrace, type IReportHeader } from '@apollo/usage-reporting-protobuf';
import type { OperationUsage } from '../../planning/operation-usage.ts';
import { UsageStats } from './usage-stats.ts';

/** A histogram in memory is most of what a client of an operation takes. */
const BYTES_PER_CLIENT = 2_000;

interface Entry {
  readonly trace: ITrace[];
  readonly stats: Map<string, UsageStats>;
  readonly referencedFieldsByType: OperationUsage['referencedFieldsByType'];
}

/** What was asked of one schema since the last report. */
export class UsageReport {
  readonly #entries = new Map<string, Entry>();
  #operations = 0;
  /** Of memory, about; what is sent is smaller. */
  bytes = 0;

  /** @param isOperation Whether it was one, and no document that is none. */
  statsOf(
    { key, referencedFieldsByType }: OperationUsage,
    clientName: string,
    clientVersion: string,
    isOperation: boolean,
  ): UsageStats {
    if (isOperation) this.#operations += 1;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { trace: [], stats: new Map(), referencedFieldsByType };
      this.#entries.set(key, entry);
      this.bytes += 2 * key.length;
    }
    const client = JSON.stringify([clientName, clientVersion]);
    let stats = entry.stats.get(client);
    if (stats === undefined) {
      stats = new UsageStats({ clientName, clientVersion });
      entry.stats.set(client, stats);
      this.bytes += BYTES_PER_CLIENT;
    }
    return stats;
  }

  addTrace({ key }: OperationUsage, trace: ITrace, bytes: number): void {
    this.#entries.get(key)?.trace.push(trace);
    this.bytes += bytes;
  }

  /** As protobuf: every request is in the statistics, some have a trace on top. */
  encode(header: IReportHeader): Uint8Array {
    const tracesPerQuery = Object.fromEntries(
      [...this.#entries].map(([key, { trace, stats, referencedFieldsByType }]) => [
        key,
        { trace, statsWithContext: [...stats.values()], referencedFieldsByType },
      ]),
    );
    return Report.encode({
      header,
      endTime: { seconds: Math.floor(Date.now() / 1_000), nanos: 0 },
      operationCount: this.#operations,
      tracesPreAggregated: true,
      tracesPerQuery,
    }).finish();
  }
}
