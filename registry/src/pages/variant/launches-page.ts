import type { PastLaunch } from '../../graphs/launch-history.ts';
import { describeCause } from '../describe-cause.ts';
import { counted, timeOf } from '../format.ts';
import { html, type Html } from '../html.ts';
import { dataTable, emptyState, pager } from '../parts.ts';
import { actorName, gitText } from '../people.ts';
import { parseNumber } from '../position.ts';
import { publishCommand } from '../publish-command.ts';
import type { PageAnswer, VariantVisit } from '../visit.ts';

const PER_PAGE = 25;

export async function launchesPage({ services, ref, base, url }: VariantVisit): Promise<PageAnswer> {
  const before = parseNumber(url.searchParams.get('before'));
  const [variant, contract, found] = await Promise.all([
    services.graphs.variant(ref),
    services.contracts.find(ref),
    services.queries.launches(ref, { before, limit: PER_PAGE + 1 }),
  ]);
  const launches = found.slice(0, PER_PAGE);
  const next = found.length > PER_PAGE ? String(launches.at(-1)?.number) : undefined;
  const content =
    launches.length === 0
      ? emptyState(
          'No launch yet',
          'Every publish composes the graph and makes a launch of it.',
          publishCommand(services.publicUrl(), ref),
        )
      : html`<p class="lead">
            ${
              contract === undefined
                ? 'Each publish, deletion and roll-back composes the graph anew: a launch. Launches never change; to undo one, roll back to one before it.'
                : `Each launch of ${contract.sourceVariant}, and each change of the contract, is a launch here. To undo one, change either.`
            }
          </p>
          ${launchesTable(launches, base, variant?.servedLaunch)}${pager(url, 'before', next, 'launches')}`;
  return { title: 'Launches', section: '/launches', content };
}

export const launchesTable = (
  launches: readonly PastLaunch[],
  base: string,
  served: number | undefined,
): Html =>
  dataTable(
    'Launches, the newest first',
    [
      { title: 'Launch' },
      { title: 'Result' },
      { title: 'What was done' },
      { title: 'By' },
      { title: 'When' },
    ],
    launches.map(({ number, succeeded, errors, cause, createdBy, createdAt }) => [
      html`<a href="${base}/launches/${number}">Launch ${number}</a>`,
      launchState(succeeded, number === served, errors),
      html`${describeCause(cause)} ${cause.kind === 'PUBLISH' ? gitText(cause.git) : undefined}`,
      actorName(createdBy),
      timeOf(createdAt),
    ]),
  );

export function launchState(succeeded: boolean, isServed: boolean, errors: number): Html {
  if (!succeeded) return html`<span class="badge failed">${counted(errors, 'error')}</span>`;
  return isServed
    ? html`<span class="badge served">served</span>`
    : html`<span class="badge passed">composed</span>`;
}
