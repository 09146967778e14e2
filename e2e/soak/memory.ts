import { readFileSync } from 'node:fs';

const SAMPLE_INTERVAL_MS = 500;

/** @throws Error when the process has ended. */
function readRssMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`the process ${pid} has ended`);
  return (Number(kilobytes) * 1024) / 1e6;
}

/** Samples of the resident memory, in MB, until it is stopped or the process has ended. */
export function sampleMemory(pid: number): { readonly samples: readonly number[]; stop(): void } {
  const samples: number[] = [];
  const timer = setInterval(() => {
    try {
      samples.push(readRssMb(pid));
    } catch {
      clearInterval(timer);
    }
  }, SAMPLE_INTERVAL_MS);
  return {
    samples,
    stop: () => {
      clearInterval(timer);
    },
  };
}

export interface Growth {
  readonly beforeMb: number;
  readonly afterMb: number;
  readonly allowedMb: number;
  readonly isLeak: boolean;
}

const MARGIN_SHARE = 0.15;
const MARGIN_MB = 20;

/**
 * The median of the last quarter against that of the second: in the first, caches fill and code is compiled. Medians,
 * because a collection moves single samples by tens of megabytes.
 */
export function judgeGrowth(samples: readonly number[]): Growth {
  const quarter = Math.floor(samples.length / 4);
  const beforeMb = median(samples.slice(quarter, 2 * quarter));
  const afterMb = median(samples.slice(samples.length - quarter));
  const allowedMb = beforeMb * (1 + MARGIN_SHARE) + MARGIN_MB;
  return { beforeMb, afterMb, allowedMb, isLeak: afterMb > allowedMb };
}

/** NaN for no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
