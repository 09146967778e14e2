import { isWhole } from '../../graphs/graph-store.ts';
import { timeOf } from '../format.ts';
import { html } from '../html.ts';
import { dataTable, emptyState } from '../parts.ts';
import { publishCommand } from '../publish-command.ts';
import { pathOfSubgraph } from '../subgraph-place.ts';
import type { Answer, VariantVisit } from '../visit.ts';

export async function subgraphsPage({ services, ref, base }: VariantVisit): Promise<Answer> {
  const [{ launch, subgraphs }, schema] = await Promise.all([
    services.graphs.subgraphs(ref),
    services.describeSupergraph(ref),
  ]);
  if (isWhole(subgraphs)) return { redirect: pathOfSubgraph(base, '') };
  const entitiesOf = (name: string): number =>
    schema?.types.filter(({ keys }) => keys.some(({ subgraph }) => subgraph === name)).length ?? 0;
  const content =
    subgraphs.length === 0
      ? emptyState(
          'No subgraph',
          'A graph is made of the schemas that teams publish:',
          publishCommand(services.publicUrl(), ref),
        )
      : html`<p class="lead">What launch ${launch}, the newest, was composed from.</p>
          ${dataTable(
            'Subgraphs',
            [
              { title: 'Subgraph' },
              { title: 'Where gateways ask it' },
              { title: 'Entities', isNumber: true },
              { title: 'Lines', isNumber: true },
              { title: 'Published' },
            ],
            subgraphs.map(({ name, url, sdl, publishedAt }) => [
              html`<a href="${base}/subgraphs/${name}">${name}</a>`,
              url === '' ? html`<span class="note">not said</span>` : html`<code>${url}</code>`,
              entitiesOf(name),
              sdl.split('\n').length,
              timeOf(publishedAt),
            ]),
          )}`;
  return { title: 'Subgraphs', section: '/subgraphs', content };
}
