import { readFileSync } from 'node:fs';
import { MS_PER_TICK } from './process-usage.ts';

/** Of a processor's columns in /proc/stat: its name, user, nice, system, idle, iowait, irq, softirq, steal. */
const STEAL = 8;

/** How long the host has kept each processor for others, in milliseconds; nothing where there is no host. */
function readStolenMs(): readonly number[] {
  return readFileSync('/proc/stat', 'utf8')
    .split('\n')
    .filter((line) => /^cpu\d/.test(line))
    .map((line) => Number(line.split(' ')[STEAL]) * MS_PER_TICK);
}

/**
 * Watches what the host of a virtual machine takes from it.
 *
 * @returns Answers the share of the time since, in percent, of the processor of which it was most. The worst hundredth of the time
 *   makes a p99: where the host took one percent, the p99 is the host's.
 */
export function watchStolenTime(): () => number {
  const begunMs = performance.now();
  const before = readStolenMs();
  return () => {
    const lastedMs = performance.now() - begunMs;
    return Math.max(...readStolenMs().map((now, core) => ((now - (before[core] ?? now)) / lastedMs) * 100));
  };
}
