import type { SubgraphVersion } from '../../graphs/launch-history.ts';
import { describeCause } from '../describe-cause.ts';
import { timeOf } from '../format.ts';
import { codeBlock } from '../highlight.ts';
import { html, type Html, type Part } from '../html.ts';
import { dataTable, figures, pager } from '../parts.ts';
import { actorName, gitText } from '../people.ts';
import { parseNumber } from '../position.ts';
import { pathOfSubgraph, titleOfSubgraph } from '../subgraph-place.ts';
import type { Answer, VariantVisit } from '../visit.ts';

const PER_PAGE = 10;

/** A subgraph's schema, or one that was published whole, now or in an earlier launch, and how it came to be. */
export async function subgraphPage(
  { services, ref, base, url }: VariantVisit,
  [name = '']: readonly string[],
): Promise<Answer> {
  const { graphs, queries } = services;
  const path = pathOfSubgraph(base, name);
  const isWhole = name === '';
  const variant = await graphs.variant(ref);
  const latest = variant?.latestLaunch ?? 0;
  const launch = parseNumber(url.searchParams.get('launch')) ?? latest;
  const before = parseNumber(url.searchParams.get('before'));
  const [subgraphs, found] = await Promise.all([
    graphs.subgraphsOf(ref, launch),
    queries.subgraphVersions(ref, name, { before, limit: PER_PAGE + 1 }),
  ]);
  const subgraph = subgraphs.find((each) => each.name === name);
  if (subgraph === undefined && found.length === 0) return undefined;
  const versions = found.slice(0, PER_PAGE);
  const next = found.length > PER_PAGE ? String(versions.at(-1)?.number) : undefined;
  const content = html`${
      launch === latest
        ? undefined
        : html`<p class="notice">
            This is what launch ${launch} had. <a href="${path}">What there is now</a>
          </p>`
    }
    ${
      subgraph === undefined
        ? html`<p class="notice">
            ${isWhole ? `Launch ${launch} is made of subgraphs.` : `Launch ${launch} has no subgraph ${name}: it was deleted.`}
          </p>`
        : figures([
            ...(isWhole ? [] : [whereAsked(subgraph.url)]),
            ['Published', timeOf(subgraph.publishedAt)],
          ])
    }
    <section>
      <h2>History</h2>
      ${versionsTable(versions, path, base)}${pager(url, 'before', next, 'its history')}
    </section>
    ${
      subgraph === undefined
        ? undefined
        : html`<section>
            <h2>Schema</h2>
            ${codeBlock(isWhole ? 'Schema' : `Schema of ${name}`, subgraph.sdl)}
          </section>`
    }`;
  return {
    title: titleOfSubgraph(name),
    ...(isWhole ? {} : { parent: { title: 'Subgraphs', path: `${base}/subgraphs` } }),
    section: '/subgraphs',
    content,
  };
}

const whereAsked = (url: string): readonly [string, Part] => [
  'Where gateways ask it',
  url === '' ? 'not said' : html`<code>${url}</code>`,
];

const versionsTable = (versions: readonly SubgraphVersion[], path: string, base: string): Html =>
  dataTable(
    'Launches with another schema of it, the newest first',
    [
      { title: 'Launch' },
      { title: 'What was done' },
      { title: 'By' },
      { title: 'When' },
      { title: 'Schema' },
    ],
    versions.map(({ number, previous, cause, succeeded, createdBy, createdAt }) => [
      html`<a href="${base}/launches/${number}">Launch ${number}</a>${
          succeeded ? undefined : html` <span class="badge failed">did not compose</span>`
        }`,
      html`${describeCause(cause)} ${cause.kind === 'PUBLISH' ? gitText(cause.git) : undefined}`,
      actorName(createdBy),
      timeOf(createdAt),
      html`<a href="${path}?launch=${number}"
          >Show<span class="hidden-text"> that of launch ${number}</span></a
        >${
          previous === null
            ? undefined
            : html` <a href="${path}/diff?from=${previous}&amp;to=${number}"
                >Compare<span class="hidden-text"> that of launch ${number} with the one before</span></a
              >`
        }`,
    ]),
  );
