import { createPlaceFinder } from './find-place.ts';

/** What `node --cpu-prof` writes. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** From zero; -1 for what has no source. */
  readonly lineNumber: number;
  /** From zero. */
  readonly columnNumber: number;
}

export interface Share {
  readonly name: string;
  /** Of the time that was not idle. */
  readonly share: number;
}

export interface ProfileSummary {
  readonly idleShare: number;
  readonly areas: readonly Share[];
  readonly functions: readonly Share[];
}

/** Self time within a window of the profile's clock, by function and by area (package, folder, garbage collector). */
export function summarizeProfile(profile: CpuProfile, startUs: number, endUs: number): ProfileSummary {
  const findPlace = createPlaceFinder();
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const areas = new Map<string, number>();
  const functions = new Map<string, number>();
  let idleUs = 0;
  let busyUs = 0;
  let time = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    // A sample stands for the time until the next one.
    const delta = profile.timeDeltas[index + 1] ?? 0;
    time += profile.timeDeltas[index] ?? 0;
    const frame = frames.get(id);
    if (frame === undefined || time < startUs || time > endUs) continue;
    if (frame.functionName === '(idle)') {
      idleUs += delta;
      continue;
    }
    busyUs += delta;
    const { area, file } = findPlace(frame);
    add(areas, area, delta);
    add(
      functions,
      `${frame.functionName === '' ? '(anonymous)' : frame.functionName}  ${file}`.trimEnd(),
      delta,
    );
  }
  const shares = (totals: ReadonlyMap<string, number>): readonly Share[] =>
    [...totals].map(([name, us]) => ({ name, share: us / busyUs })).sort((a, b) => b.share - a.share);
  return { idleShare: idleUs / (idleUs + busyUs), areas: shares(areas), functions: shares(functions) };
}

function add(totals: Map<string, number>, key: string, amount: number): void {
  totals.set(key, (totals.get(key) ?? 0) + amount);
}
