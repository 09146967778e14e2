import { formatGraphRef } from '../../graphs/graph-ref.ts';
import { isWhole } from '../../graphs/graph-store.ts';
import { periodUntil } from '../../usage/period.ts';
import type { UsageBin } from '../../usage/usage-statistics.ts';
import { latencyChart, requestsChart } from '../charts/usage-charts.ts';
import { describeCause } from '../describe-cause.ts';
import { counted, formatCount, timeOf } from '../format.ts';
import { html, type Html } from '../html.ts';
import { emptyState, figures } from '../parts.ts';
import { pathOfSubgraph } from '../subgraph-place.ts';
import { publishCommand } from '../publish-command.ts';
import type { PageAnswer, VariantVisit } from '../visit.ts';
import { checksTable } from './checks-page.ts';
import { launchesTable } from './launches-page.ts';

const MANY = 5;

/** What there is, what was done last, and what is going on. */
export async function overviewPage(visit: VariantVisit): Promise<PageAnswer> {
  const { services, ref, base } = visit;
  const { graphs, queries } = services;
  const answer = { title: formatGraphRef(ref), section: '' };
  const variant = await graphs.variant(ref);
  if (variant === undefined) {
    const content = emptyState(
      'Nothing was published here yet',
      html`The first subgraph that is published makes the variant <code>${ref.variant}</code>:`,
      publishCommand(services.publicUrl(), ref),
    );
    return { ...answer, content };
  }
  const period = periodUntil(new Date(), '24h');
  const [{ subgraphs }, launches, checks, bins, served] = await Promise.all([
    graphs.subgraphs(ref),
    queries.launches(ref, { before: undefined, limit: MANY }),
    queries.checks(ref, { before: undefined, limit: MANY, passed: undefined }),
    queries.usage.overTime(ref, period),
    variant.servedLaunch === undefined ? undefined : graphs.launch(ref, variant.servedLaunch),
  ]);
  const content = html` ${variant.servedLaunch === variant.latestLaunch ? undefined : brokenNotice(visit, variant.latestLaunch, variant.servedLaunch)}
    ${figures([
      [
        'Gateways get',
        served === undefined
          ? 'nothing'
          : html`<a href="${base}/launches/${served.number}">Launch ${served.number}</a>`,
        served === undefined ? undefined : html`${describeCause(served.cause)} ${timeOf(served.createdAt)}`,
      ],
      isWhole(subgraphs)
        ? ['Schema', html`<a href="${pathOfSubgraph(base, '')}">published whole</a>`]
        : ['Subgraphs', html`<a href="${base}/subgraphs">${subgraphs.length}</a>`],
      [
        'Requests in 24 hours',
        html`<a href="${base}/operations">${formatCount(sumOf(bins, 'requests'))}</a>`,
      ],
      ['with errors', formatCount(sumOf(bins, 'errors'))],
    ])}
    ${sumOf(bins, 'requests') === 0 ? undefined : html`<div class="charts">${requestsChart(bins, period)}${latencyChart(bins, period)}</div>`}
    <section>
      <h2>Checks</h2>
      ${
        checks.length === 0
          ? html`<p class="note">No schema was checked yet. <a href="${base}/checks">How to</a></p>`
          : checksTable(checks, base)
      }
    </section>
    <section>
      <h2>Launches</h2>
      ${launchesTable(launches, base, variant.servedLaunch)}
    </section>`;
  return { ...answer, content };
}

const sumOf = (bins: readonly UsageBin[], key: 'requests' | 'errors'): number =>
  bins.reduce((sum, bin) => sum + bin[key], 0);

const brokenNotice = ({ base }: VariantVisit, latest: number, served: number | undefined): Html =>
  html`<p class="notice failed">
    <a href="${base}/launches/${latest}">Launch ${latest}</a>, the newest, did not compose.
    ${
      served === undefined
        ? 'Gateways get nothing until one does.'
        : `Gateways keep launch ${served}; ${counted(latest - served, 'launch', 'launches')} since then did not succeed.`
    }
  </p>`;
