import { latencyChart, requestsChart } from '../charts/usage-charts.ts';
import { formatCount, timeOf } from '../format.ts';
import { codeBlock } from '../highlight.ts';
import { html } from '../html.ts';
import { figures } from '../parts.ts';
import { periodChoice, periodOf } from '../period-choice.ts';
import { parsePosition } from '../position.ts';
import type { Answer, VariantVisit } from '../visit.ts';
import { CLIENTS_PER_PAGE, clientsTable } from './clients-page.ts';

/** An operation: its text, who sends it, how often, and how long it takes. */
export async function operationPage(
  { services, ref, base, url }: VariantVisit,
  [id = '']: readonly string[],
): Promise<Answer> {
  const { usage } = services.queries;
  const period = periodOf(url);
  const after = parsePosition(url.searchParams.get('after'));
  const [operation, bins, clients] = await Promise.all([
    usage.operation(ref, id),
    usage.overTime(ref, period, id),
    usage.clients(ref, period, after, CLIENTS_PER_PAGE + 1, id),
  ]);
  if (operation === undefined) return undefined;
  const { name, signature, fields, firstSeen } = operation;
  const content = html`${periodChoice(url, period)}
    ${figures([
      ['Requests', formatCount(bins.reduce((sum, bin) => sum + bin.requests, 0))],
      ['with errors', formatCount(bins.reduce((sum, bin) => sum + bin.errors, 0))],
      ['Fields', fields.length],
      ['First seen', timeOf(firstSeen)],
    ])}
    <div class="charts">${requestsChart(bins, period)}${latencyChart(bins, period)}</div>
    <section>
      <h2>Clients</h2>
      ${clients.length === 0 ? html`<p class="note">None in this time.</p>` : clientsTable(clients, url)}
    </section>
    <section>
      <h2>Signature</h2>
      <p class="note">The operation without literals, aliases and the insides of objects.</p>
      ${codeBlock('Signature', signature)}
    </section>
    <section>
      <h2>Fields</h2>
      <ul class="inline">
        ${fields.map(
          (field) =>
            html`<li>
              <a href="${base}/fields/${field}"><code>${field}</code></a>
            </li>`,
        )}
      </ul>
    </section>`;
  return {
    title: name === '' ? 'Operation without a name' : name,
    parent: { title: 'Operations', path: `${base}/operations` },
    section: '/operations',
    content,
  };
}
