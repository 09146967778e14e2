import { readProcessTree, readUsage } from './process-usage.ts';

export interface SampledUsage {
  readonly cpuMs: number;
  readonly rssPeakMb: number;
  readonly rssEndMb: number;
  /** One entry per sample. */
  readonly rssMb: readonly number[];
}

/** Watches a process and its children from now until `stop`. */
export function startUsageSampler(pid: number, intervalMs = 100): { stop(): SampledUsage } {
  const pids = readProcessTree(pid);
  const start = readUsage(pids);
  const rssMb = [start.rssMb];
  const timer = setInterval(() => {
    rssMb.push(readUsage(pids).rssMb);
  }, intervalMs);
  return {
    stop: () => {
      clearInterval(timer);
      const end = readUsage(pids);
      rssMb.push(end.rssMb);
      return {
        cpuMs: end.cpuMs - start.cpuMs,
        rssPeakMb: Math.max(...rssMb),
        rssEndMb: end.rssMb,
        rssMb,
      };
    },
  };
}
