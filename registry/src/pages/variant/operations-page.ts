import { percentileMs } from '../../usage/percentile.ts';
import type { OperationStatistics } from '../../usage/usage-statistics.ts';
import { requestsChart, latencyChart } from '../charts/usage-charts.ts';
import { formatCount, formatMs, formatShare } from '../format.ts';
import { html, type Html } from '../html.ts';
import { dataTable, pager } from '../parts.ts';
import { periodChoice, periodOf } from '../period-choice.ts';
import { formatPosition, parsePosition } from '../position.ts';
import { noUsage } from '../no-usage.ts';
import type { PageAnswer, VariantVisit } from '../visit.ts';

export const OPERATIONS_PER_PAGE = 50;

/** What clients ask, how often, and how long it takes. */
export async function operationsPage(visit: VariantVisit): Promise<PageAnswer> {
  const { services, ref, base, url } = visit;
  const period = periodOf(url);
  const after = parsePosition(url.searchParams.get('after'));
  const [operations, bins] = await Promise.all([
    services.queries.usage.operations(ref, period, after, OPERATIONS_PER_PAGE + 1),
    services.queries.usage.overTime(ref, period),
  ]);
  const content = html`<p class="lead">
      What clients ask, the most frequent first. No literal and no variable's value is kept.
    </p>
    ${periodChoice(url, period)}
    ${
      operations.length === 0
        ? noUsage(visit)
        : html`<div class="charts">${requestsChart(bins, period)}${latencyChart(bins, period)}</div>
            ${operationsTable(operations, base, url)}`
    }`;
  return { title: 'Operations', section: '/operations', content };
}

/** @param found One more than a page has, if the list goes on. */
export function operationsTable(found: readonly OperationStatistics[], base: string, url: URL): Html {
  const operations = found.slice(0, OPERATIONS_PER_PAGE);
  const last = found.length > OPERATIONS_PER_PAGE ? operations.at(-1) : undefined;
  const next = last && formatPosition({ requests: last.requests, key: [last.id] });
  const period = url.searchParams.get('period');
  const search = period === null ? '' : `?period=${encodeURIComponent(period)}`;
  return html`${dataTable(
    'Operations, the most frequent first',
    [
      { title: 'Operation' },
      { title: 'Requests', isNumber: true },
      { title: 'With errors', isNumber: true },
      { title: 'Clients', isNumber: true },
      { title: '50 % within', isNumber: true },
      { title: '95 % within', isNumber: true },
    ],
    operations.map(({ id, name, requests, errors, clients, latency }) => [
      html`<a href="${base}/operations/${id}${search}">${name === '' ? 'without a name' : name}</a>
        <code class="note">${id.slice(0, 8)}</code>`,
      formatCount(requests),
      formatShare(errors, requests),
      clients,
      formatMs(percentileMs(latency, 0.5)),
      formatMs(percentileMs(latency, 0.95)),
    ]),
  )}${pager(url, 'after', next, 'operations')}`;
}
