import { diffView } from '../diff-view.ts';
import { html } from '../html.ts';
import { parseNumber } from '../position.ts';
import { pathOfSubgraph, titleOfSubgraph } from '../subgraph-place.ts';
import type { Answer, VariantVisit } from '../visit.ts';

/** How a subgraph's schema differs between two launches. */
export async function diffPage(
  { services, ref, base, url }: VariantVisit,
  [name = '']: readonly string[],
): Promise<Answer> {
  const { graphs, workers } = services;
  const [from, to] = [parseNumber(url.searchParams.get('from')), parseNumber(url.searchParams.get('to'))];
  if (from === undefined || to === undefined) return undefined;
  const [before, after] = (
    await Promise.all([graphs.subgraphsOf(ref, from), graphs.subgraphsOf(ref, to)])
  ).map((subgraphs) => subgraphs.find((each) => each.name === name)?.sdl);
  if (before === undefined || after === undefined) return undefined;
  const hunks = await workers.run('diff', { before, after });
  const content = html`<p class="lead">
      From <a href="${base}/launches/${from}">launch ${from}</a> to
      <a href="${base}/launches/${to}">launch ${to}</a>
    </p>
    ${diffView(`Changes of ${titleOfSubgraph(name)}`, hunks)}`;
  return {
    title: `${titleOfSubgraph(name)}: what changed`,
    parent: { title: titleOfSubgraph(name), path: pathOfSubgraph(base, name) },
    section: '/subgraphs',
    content,
  };
}
