import { timeOf } from '../format.ts';
import { html } from '../html.ts';
import { dataTable, pager } from '../parts.ts';
import { actorName } from '../people.ts';
import type { Answer, Visit } from '../visit.ts';
import { assertAdministers } from '../../access/assert-administers.ts';

const PER_PAGE = 50;

/** Who did what to a graph. */
export async function activityPage({ services, graphId, visitor, url }: Visit): Promise<Answer> {
  assertAdministers(visitor.viewer, graphId);
  const before = url.searchParams.get('before') ?? '';
  const found = await services.queries.activity(
    graphId,
    /^\d{1,15}$/.test(before) ? before : undefined,
    PER_PAGE + 1,
  );
  const events = found.slice(0, PER_PAGE);
  const next = found.length > PER_PAGE ? events.at(-1)?.id : undefined;
  const content = html`<p class="lead">Who did what, each line written together with what it tells of.</p>
    ${dataTable(
      'Activity, the newest first',
      [{ title: 'When' }, { title: 'Who' }, { title: 'What' }, { title: 'Details' }],
      events.map(({ at, actor, type, details }) => [
        timeOf(at),
        actorName(actor),
        type.toLowerCase().replaceAll('_', ' '),
        html`<code>${describeDetails(details)}</code>`,
      ]),
    )}${pager(url, 'before', next, 'the activity')}`;
  return { title: 'Activity', section: '/activity', content };
}

const MAX_LENGTH = 160;

function describeDetails(details: Readonly<Record<string, unknown>>): string {
  const text = Object.entries(details)
    .filter(([name]) => name !== 'id' && name !== 'git')
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)} ...` : text;
}
