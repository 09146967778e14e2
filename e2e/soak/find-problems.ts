import { SUBGRAPH_NAMES } from './graph/subgraphs.ts';
import { judgeGrowth } from './memory.ts';
import type { SoakResult } from './run-soak.ts';

/** In less time caches are still filling, and not every subgraph has been killed. */
const JUDGED_FROM_S = 40;

/** The current one, and one that a request or a cache of the engine has not let go of yet. */
const MAX_SCHEMAS_ALIVE = 4;

/** Whether the soak was long enough to say anything of memory. */
export const isLongEnough = ({ seconds }: Pick<SoakResult, 'seconds'>): boolean =>
  seconds >= JUDGED_FROM_S - 1;

/** What is wrong, for people; nothing when the soak has passed. One that has tested nothing has not. */
export function findProblems(result: SoakResult): readonly string[] {
  const { tally, replacements, reloads, kills, rssMb, schemasAlive, complaints } = result;
  const problems: string[] = [];
  if (tally.failed > 0) problems.push(`${tally.failed} requests failed without a reason`);
  if (complaints.length > 0) problems.push(`the gateway complained ${complaints.length} times`);
  if (schemasAlive > MAX_SCHEMAS_ALIVE)
    problems.push(`${schemasAlive} schemas are alive: supergraphs that were replaced are not freed`);
  if (reloads !== replacements)
    problems.push(`the supergraph was replaced ${replacements} times, and taken ${reloads} times`);
  if (!isLongEnough(result)) return problems;

  const { isLeak, beforeMb, afterMb, allowedMb } = judgeGrowth(rssMb);
  if (isLeak)
    problems.push(
      `memory grew from ${beforeMb.toFixed(0)} to ${afterMb.toFixed(0)} MB, more than ${allowedMb.toFixed(0)}`,
    );
  for (const name of SUBGRAPH_NAMES) {
    if (!kills.has(name)) problems.push(`${name} was never killed`);
    else if (!tally.explainedBySubgraph.has(name)) problems.push(`nobody missed ${name} while it was down`);
  }
  if (tally.refused === 0) problems.push('no request met the supergraph without stock');
  return problems;
}
