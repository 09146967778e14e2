export function journalName(generation: number): string {
  return `journal-${String(generation).padStart(6, '0')}.log`;
}

export function snapshotName(generation: number): string {
  return `snapshot-${String(generation).padStart(6, '0')}.bin`;
}

export interface DataFile {
  readonly kind: 'journal' | 'snapshot' | 'unfinished';
  readonly generation: number;
}

/** Undefined for a file that is not ours. */
export function parseFileName(name: string): DataFile | undefined {
  const parts = /^(?:(journal)-(\d+)\.log|(snapshot)-(\d+)\.bin(\.tmp)?)$/.exec(name);
  if (!parts) return undefined;
  const generation = Number(parts[2] ?? parts[4]);
  return { kind: parts[5] ? 'unfinished' : parts[1] ? 'journal' : 'snapshot', generation };
}
