import { mayRead } from '../../access/may-read.ts';
import { isWhole } from '../../graphs/graph-store.ts';
import { periodUntil } from '../../usage/period.ts';
import { formatCount } from '../format.ts';
import { html } from '../html.ts';
import { dataTable, emptyState } from '../parts.ts';
import { publishCommand } from '../publish-command.ts';
import type { Answer, Visit } from '../visit.ts';

/** The variants of a graph that the visitor may see. */
export async function variantsPage({ services, graphId, visitor }: Visit): Promise<Answer> {
  const { graphs, queries } = services;
  const title = await graphs.graphTitle(graphId);
  if (title === undefined) return undefined;
  const { variant: only } = visitor.viewer;
  const variants = (await graphs.variants(graphId)).filter(({ name }) =>
    mayRead(visitor.viewer, { graphId, variant: name }),
  );
  const period = periodUntil(new Date(), '24h');
  const rows = await Promise.all(
    variants.map(async ({ name, latestLaunch, servedLaunch }) => {
      const ref = { graphId, variant: name };
      const [subgraphs, bins] = await Promise.all([
        graphs.subgraphsOf(ref, latestLaunch),
        queries.usage.overTime(ref, period),
      ]);
      return [
        html`<a href="/graphs/${graphId}@${name}">${name}</a>`,
        isWhole(subgraphs) ? 'whole' : subgraphs.length,
        servedLaunch === undefined ? 'nothing' : `launch ${servedLaunch}`,
        servedLaunch === latestLaunch
          ? html`<span class="badge passed">composes</span>`
          : html`<span class="badge failed">the newest launch does not compose</span>`,
        formatCount(bins.reduce((sum, bin) => sum + bin.requests, 0)),
      ];
    }),
  );
  const content =
    rows.length === 0
      ? emptyState(
          'Nothing was published yet',
          'A graph has variants, for staging and production say; the first publish makes one:',
          publishCommand(services.publicUrl(), { graphId, variant: only ?? 'current' }),
        )
      : dataTable(
          'Variants',
          [
            { title: 'Variant' },
            { title: 'Subgraphs', isNumber: true },
            { title: 'Gateways get' },
            { title: 'State' },
            { title: 'Requests in 24 hours', isNumber: true },
          ],
          rows,
        );
  return { title: title === graphId ? graphId : `${title} (${graphId})`, section: '', content };
}
