/** Where processor time goes: that of each service below this process, by name. */
import { readFileSync } from 'node:fs';
import { readProcessTree, readUsage } from '../measure/process-usage.ts';

/** Milliseconds since their start, of all processes of a name together. */
export type ProcessorTime = Readonly<Record<string, number>>;

export function readProcessorTime(): ProcessorTime {
  const times: Record<string, number> = {};
  for (const pid of readProcessTree(process.pid)) {
    const name = nameOf(pid);
    times[name] = (times[name] ?? 0) + readUsage([pid]).cpuMs;
  }
  return times;
}

/** Between two looks, per piece of work done meanwhile; the most expensive first. */
export function processorTimeOf(
  before: ProcessorTime,
  after: ProcessorTime,
  pieces: number,
): readonly { readonly name: string; readonly ms: number }[] {
  return Object.entries(after)
    .map(([name, ms]) => ({ name, ms: (ms - (before[name] ?? 0)) / pieces }))
    .filter(({ ms }) => ms > 0)
    .sort((one, other) => other.ms - one.ms);
}

function nameOf(pid: number): string {
  if (pid === process.pid) return 'the bench itself';
  const commandLine = readCommandLine(pid);
  const service = /(?:subgraphs|packages)\/([\w-]+)\/src\/main\.ts|(gateway|registry)\/src/.exec(commandLine);
  if (service !== null) return service[1] ?? service[2] ?? '';
  return commandLine.includes('postgres') ? 'postgres' : 'others';
}

function readCommandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
