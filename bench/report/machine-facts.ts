import { cpus, release, totalmem, type } from 'node:os';
import type { Bench } from '../measure/bench.ts';

/** What to know before comparing figures with those of another machine. */
export function machineFacts(): Readonly<Record<string, string | number>> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
  };
}

export function describeCores({ gateway, load, subgraphs }: Bench['cores']): string {
  if (gateway === undefined) return 'one core for everything';
  return load === subgraphs
    ? `gateway on core ${gateway}; load generator and subgraphs on core ${load ?? ''}`
    : `gateway on core ${gateway}, load generator on core ${load ?? ''}, subgraphs on core ${subgraphs ?? ''}`;
}
