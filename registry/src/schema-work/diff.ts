import type { DiffHunk, DiffLine, TextsToDiff } from './protocol.ts';

/** Lines around a change that are shown. */
const CONTEXT = 3;
/** Beyond this many lines taken out and put in, what is between the equal ends counts as replaced. */
const MAX_EDITS = 1_500;

/** What changed between two texts, line by line, as short as it can be said (Myers, 1986). */
export function diff({ before, after }: TextsToDiff): readonly DiffHunk[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end += 1;
  const kept = matches(a.slice(start, a.length - end), b.slice(start, b.length - end)).map(
    ([x, y]) => [x + start, y + start] as const,
  );
  const lines: DiffLine[] = [];
  let [x, y] = [0, 0];
  const upTo = (toX: number, toY: number): void => {
    for (; x < toX; x += 1)
      lines.push({ kind: 'REMOVED', text: a[x] ?? '', before: x + 1, after: undefined });
    for (; y < toY; y += 1) lines.push({ kind: 'ADDED', text: b[y] ?? '', before: undefined, after: y + 1 });
  };
  const keep = (): void => {
    lines.push({ kind: 'KEPT', text: a[x] ?? '', before: x + 1, after: y + 1 });
    x += 1;
    y += 1;
  };
  while (x < start) keep();
  for (const [toX, toY] of kept) {
    upTo(toX, toY);
    keep();
  }
  upTo(a.length - end, b.length - end);
  while (x < a.length) keep();
  return hunksOf(lines);
}

const linesOf = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n');

/** Pairs of equal lines, in order, as many as there can be. */
function matches(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const limit = Math.min(a.length + b.length, MAX_EDITS);
  const size = 2 * limit + 3;
  const middle = limit + 1;
  const furthest = new Int32Array(size);
  const steps: Int32Array[] = [];
  for (let edits = 0; edits <= limit; edits += 1) {
    steps.push(furthest.slice(middle - edits - 1, middle + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = startOf(furthest, middle, diagonal, edits);
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      furthest[middle + diagonal] = x;
      if (x >= a.length && x - diagonal >= b.length) return trace(steps, a.length, b.length);
    }
  }
  return [];
}

/** How far in `a` a path of so many edits begins on a diagonal: one line taken out, or one put in. */
function startOf(furthest: Int32Array, middle: number, diagonal: number, edits: number): number {
  const below = furthest[middle + diagonal - 1] ?? 0;
  const above = furthest[middle + diagonal + 1] ?? 0;
  return diagonal === -edits || (diagonal !== edits && below < above) ? above : below + 1;
}

/** Goes back from the end, through what was furthest before each edit. */
function trace(
  steps: readonly Int32Array[],
  aLength: number,
  bLength: number,
): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let [x, y] = [aLength, bLength];
  for (let edits = steps.length - 1; edits >= 0; edits -= 1) {
    const furthest = steps[edits] ?? new Int32Array();
    const middle = edits + 1;
    const diagonal = x - y;
    const below = furthest[middle + diagonal - 1] ?? 0;
    const above = furthest[middle + diagonal + 1] ?? 0;
    const isInsertion = diagonal === -edits || (diagonal !== edits && below < above);
    const from = isInsertion ? above : below + 1;
    while (x > (edits === 0 ? 0 : from)) {
      x -= 1;
      y -= 1;
      pairs.push([x, y]);
    }
    if (isInsertion) y -= 1;
    else x -= 1;
  }
  return pairs.reverse();
}

function hunksOf(lines: readonly DiffLine[]): readonly DiffHunk[] {
  const hunks: DiffHunk[] = [];
  let [from, to] = [0, 0];
  const close = (): void => {
    if (to > from) hunks.push({ lines: lines.slice(from, to) });
  };
  for (const [index, { kind }] of lines.entries()) {
    if (kind === 'KEPT') continue;
    const begin = Math.max(0, index - CONTEXT);
    if (begin > to) {
      close();
      from = begin;
    }
    to = Math.min(lines.length, index + CONTEXT + 1);
  }
  close();
  return hunks;
}
