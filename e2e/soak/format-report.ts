import { isLongEnough } from './find-problems.ts';
import { judgeGrowth } from './memory.ts';
import type { SoakResult } from './run-soak.ts';
import type { Failure } from './tally.ts';

const MAX_CHARACTERS = 2_000;
const MEMORY_COLUMNS = 12;

/** The numbers of a soak, for people. */
export function formatReport(result: SoakResult): string {
  const { seconds, tally, replacements, reloads, kills, rssMb, schemasAlive } = result;
  const right = tally.requests - tally.refused - tally.explained - tally.failed;
  const total = [...kills.values()].reduce((sum, count) => sum + count, 0);
  const { beforeMb, afterMb, allowedMb } = judgeGrowth(rssMb);
  const judged = isLongEnough(result) ? `at most ${allowedMb.toFixed(0)}` : 'too short to judge';
  const rows = [
    ['requests', `${tally.requests} in ${seconds.toFixed(0)} s: ${formatCounts(tally.byOperation)}`],
    ['supergraph', `${replacements} times replaced, ${reloads} times taken`],
    ['subgraphs', `${total} times killed and started again: ${formatCounts(kills)}`],
    ['right', `${right}, and ${tally.refused} rightly refused by the supergraph that lacks a field`],
    [
      'explained',
      `${tally.explained} by a subgraph that was down: ${formatCounts(tally.explainedBySubgraph)}`,
    ],
    ['unexplained', String(tally.failed)],
    [
      'memory',
      `${beforeMb.toFixed(0)} MB in the second quarter, ${afterMb.toFixed(0)} in the last (${judged})`,
    ],
    ['', `over time: ${spread(rssMb).join(' ')}`],
    ['schemas', `${schemasAlive} alive of ${reloads + 1}`],
  ];
  return rows.map(([title = '', text = '']) => `${title.padEnd(12)}${text}`).join('\n');
}

/** One failed request, with what it takes to see why. */
export function formatFailure({ operation, reason, expected, got }: Failure): string {
  return [
    `${operation.name}: ${reason}`,
    `  query     ${operation.query.replaceAll(/\s+/g, ' ')}`,
    `  variables ${JSON.stringify(operation.variables)}`,
    `  expected  ${shorten(JSON.stringify(expected))}`,
    `  got       ${got === undefined ? 'nothing' : shorten(JSON.stringify(got))}`,
  ].join('\n');
}

const shorten = (text: string): string =>
  text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)} ... (${text.length} characters)` : text;

const formatCounts = (counts: ReadonlyMap<string, number>): string =>
  counts.size === 0
    ? 'none'
    : [...counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, count]) => `${name} ${count}`)
        .join(', ');

/** So many values as fit a line, evenly from all. */
const spread = (samples: readonly number[]): readonly string[] =>
  samples
    .filter((_, index) => index % Math.max(1, Math.ceil(samples.length / MEMORY_COLUMNS)) === 0)
    .map((value) => value.toFixed(0));
