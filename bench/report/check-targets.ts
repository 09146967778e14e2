import { STOCK } from '../contestants/contestant.ts';
import type { Cell, Results } from './results.ts';

interface Outcome {
  readonly met: boolean;
  readonly text: string;
}

type Target = (cell: Cell, stock: Cell) => Outcome;

const atLeast =
  (target: number): Target =>
  ({ ratio }) => ({
    met: ratio !== null && ratio >= target,
    text: `${ratio ?? '-'} x stock, wanted at least ${target}`,
  });

const atMost =
  (target: number): Target =>
  ({ ratio }) => ({
    met: ratio !== null && ratio <= target,
    text: `${ratio ?? '-'} x stock, wanted at most ${target}`,
  });

const steady =
  (factor: number): Target =>
  ({ problem, details: { p50Ms = NaN, p99Ms = NaN } }) => ({
    met: problem === undefined && p99Ms < factor * p50Ms,
    text: `p99 ${p99Ms} ms, wanted below ${factor} x p50 (${p50Ms} ms)`,
  });

/** Of a few hundred MB: less is the allocator's, not growth. */
const STEADY_MB_PER_MINUTE = 1;

const lean: Target = ({ problem, details: { rssEndMb = NaN, growthMbPerMinute = NaN } }, stock) => {
  const stockMb = stock.details.rssEndMb ?? NaN;
  return {
    met: problem === undefined && rssEndMb < stockMb && growthMbPerMinute < STEADY_MB_PER_MINUTE,
    text: `${rssEndMb} MB and ${growthMbPerMinute} more a minute, wanted below ${stockMb} (stock) and ${STEADY_MB_PER_MINUTE}`,
  };
};

/** What a change to the gateway must not lose. */
const TARGETS: Readonly<Record<string, Target>> = {
  'deep-header': atLeast(12),
  deep: atLeast(60),
  tiny: atLeast(15),
  list: atLeast(8),
  mutation: atLeast(12),
  distinct: atLeast(10),
  'cold-start': atMost(0.7),
  latency: steady(3),
  memory: lean,
};

export interface Check {
  readonly met: boolean;
  readonly line: string;
}

/** What of its throughput is left to a gateway that is observed. */
const OBSERVED_SHARE = 0.85;

/** Checks of each scenario of the run that has a target: with the defaults, and with what production turns on too. */
export function checkTargets({ scenarios }: Results): readonly Check[] {
  return scenarios.flatMap(({ name, better, cells }) => {
    const cellOf = (wanted: string) => cells.find(({ contestant }) => contestant === wanted);
    const [stock, plain, observed] = [STOCK, 'tributary', 'tributary-observed'].map(cellOf);
    const target = TARGETS[name];
    const checks: Check[] = [];
    for (const cell of [plain, observed])
      if (target !== undefined && stock !== undefined && cell !== undefined)
        checks.push(checkOf(`${name}, ${cell.contestant}`, target(cell, stock)));
    if (better === 'more' && plain !== undefined && observed !== undefined)
      checks.push(checkOf(`${name}, what is left when observed`, shareOf(observed, plain)));
    return checks;
  });
}

function shareOf(observed: Cell, plain: Cell): Outcome {
  const share = (observed.value ?? NaN) / (plain.value ?? NaN);
  return {
    met: observed.problem === undefined && share >= OBSERVED_SHARE,
    text: `${share.toPrecision(3)} of its throughput, wanted at least ${OBSERVED_SHARE}`,
  };
}

const checkOf = (name: string, { met, text }: Outcome): Check => ({
  met,
  line: `${met ? 'met   ' : 'MISSED'}  ${name}: ${text}`,
});
