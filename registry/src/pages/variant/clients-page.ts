import type { ClientStatistics } from '../../usage/usage-statistics.ts';
import { formatCount, formatShare, timeOf } from '../format.ts';
import { html, type Html } from '../html.ts';
import { dataTable, pager } from '../parts.ts';
import { noUsage } from '../no-usage.ts';
import { periodChoice, periodOf } from '../period-choice.ts';
import { formatPosition, parsePosition } from '../position.ts';
import type { PageAnswer, VariantVisit } from '../visit.ts';

export const CLIENTS_PER_PAGE = 50;

/** Who asks. */
export async function clientsPage(visit: VariantVisit): Promise<PageAnswer> {
  const { services, ref, url } = visit;
  const period = periodOf(url);
  const after = parsePosition(url.searchParams.get('after'));
  const clients = await services.queries.usage.clients(ref, period, after, CLIENTS_PER_PAGE + 1);
  const content = html`<p class="lead">
      Who asks, as they name themselves: <code>apollographql-client-name</code> and
      <code>apollographql-client-version</code>.
    </p>
    ${periodChoice(url, period)} ${clients.length === 0 ? noUsage(visit) : clientsTable(clients, url)}`;
  return { title: 'Clients', section: '/clients', content };
}

/** @param found One more than a page has, if the list goes on. */
export function clientsTable(found: readonly ClientStatistics[], url: URL): Html {
  const clients = found.slice(0, CLIENTS_PER_PAGE);
  const last = found.length > CLIENTS_PER_PAGE ? clients.at(-1) : undefined;
  const next = last && formatPosition({ requests: last.requests, key: [last.name, last.version] });
  return html`${dataTable(
    'Clients, the most frequent first',
    [
      { title: 'Client' },
      { title: 'Version' },
      { title: 'Requests', isNumber: true },
      { title: 'With errors', isNumber: true },
      { title: 'Operations', isNumber: true },
      { title: 'Last seen in the hour' },
    ],
    clients.map(({ name, version, requests, errors, operations, lastHour }) => [
      name === '' ? html`<span class="note">without a name</span>` : name,
      version === '' ? html`<span class="note">none</span>` : version,
      formatCount(requests),
      formatShare(errors, requests),
      operations,
      timeOf(lastHour),
    ]),
  )}${pager(url, 'after', next, 'clients')}`;
}
