import type { GitContext } from '../graphs/graph-store.ts';
import { html, type Html } from './html.ts';

/** An actor of the audit log without the id of its key, which says nothing to people. */
export const actorName = (actor: string): string => actor.replace(/ \([0-9a-f-]{36}\)$/, '');

/** Branch and commit, as far as they are known. */
export function gitText({ branch, commit }: GitContext): Html | undefined {
  if (branch === undefined && commit === undefined) return undefined;
  return html`<span class="git"
    >${branch}${commit === undefined ? undefined : html` <code>${commit.slice(0, 9)}</code>`}</span
  >`;
}
