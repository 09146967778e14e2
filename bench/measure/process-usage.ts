/** CPU time and memory of processes, from Linux' /proc. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Usage {
  readonly cpuMs: number;
  readonly rssMb: number;
}

/** USER_HZ, which is 100 on every architecture that Node runs on. */
export const MS_PER_TICK = 10;

/** A process and all that descend from it. Reads all of /proc: not for every sample. */
export function readProcessTree(pid: number): readonly number[] {
  const childrenOf = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const candidate = Number(entry);
    const parent = Number.isInteger(candidate) ? readStat(candidate)?.[1] : undefined;
    if (parent === undefined) continue;
    childrenOf.set(Number(parent), [...(childrenOf.get(Number(parent)) ?? []), candidate]);
  }
  const withDescendants = (member: number): number[] => [
    member,
    ...(childrenOf.get(member) ?? []).flatMap(withDescendants),
  ];
  return withDescendants(pid);
}

/** The sum over processes; one that has ended counts nothing. */
export function readUsage(pids: readonly number[]): Usage {
  let cpuMs = 0;
  let rssMb = 0;
  for (const pid of pids) {
    const stat = readStat(pid);
    if (stat === undefined) continue;
    cpuMs += (Number(stat[11]) + Number(stat[12])) * MS_PER_TICK;
    rssMb += readRssMb(pid);
  }
  return { cpuMs, rssMb };
}

function readRssMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  return (Number(kilobytes ?? 0) * 1024) / 1e6;
}

/** Fields of /proc/PID/stat from the third on (state, parent, ...): the second may hold spaces. */
function readStat(pid: number): readonly string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
