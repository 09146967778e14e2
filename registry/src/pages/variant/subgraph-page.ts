import type { SubgraphVersion } from '../../graphs/launch-history.ts';
import { describeCause } from '../describe-cause.ts';
import { timeOf } from '../format.ts';
import { codeBlock } from '../highlight.ts';
import { html, type Html } from '../html.ts';
import { dataTable, figures, pager } from '../parts.ts';
import { actorName, gitText } from '../people.ts';
import { parseNumber } from '../position.ts';
import type { Answer, VariantVisit } from '../visit.ts';

const PER_PAGE = 10;

/** A subgraph's schema, now or in an earlier launch, and how it came to be. */
export async function subgraphPage(
  { services, ref, base, url }: VariantVisit,
  [name = '']: readonly string[],
): Promise<Answer> {
  const { graphs, queries } = services;
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
            This is what launch ${launch} had. <a href="${base}/subgraphs/${name}">What there is now</a>
          </p>`
    }
    ${
      subgraph === undefined
        ? html`<p class="notice">Launch ${launch} has no subgraph ${name}: it was deleted.</p>`
        : figures([
            ['Where gateways ask it', subgraph.url === '' ? 'not said' : html`<code>${subgraph.url}</code>`],
            ['Published', timeOf(subgraph.publishedAt)],
          ])
    }
    <section>
      <h2>History</h2>
      ${versionsTable(versions, `${base}/subgraphs/${name}`, base)}${pager(url, 'before', next, 'its history')}
    </section>
    ${
      subgraph === undefined
        ? undefined
        : html`<section>
            <h2>Schema</h2>
            ${codeBlock(`Schema of ${name}`, subgraph.sdl)}
          </section>`
    }`;
  return {
    title: name,
    parent: { title: 'Subgraphs', path: `${base}/subgraphs` },
    section: '/subgraphs',
    content,
  };
}

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
