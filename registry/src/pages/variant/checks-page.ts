import type { PastCheck } from '../../checks/check-history.ts';
import { counted, timeOf } from '../format.ts';
import { html, type Html } from '../html.ts';
import { choice, dataTable, emptyState, pager, verdict, withParameters } from '../parts.ts';
import { actorName, gitText } from '../people.ts';
import { checkCommand } from '../publish-command.ts';
import type { PageAnswer, VariantVisit } from '../visit.ts';

const PER_PAGE = 25;
const RESULTS = { passed: true, failed: false } as const;

export async function checksPage({ services, ref, base, url }: VariantVisit): Promise<PageAnswer> {
  const before = url.searchParams.get('before') ?? '';
  const result = url.searchParams.get('result') ?? '';
  const passed = Object.hasOwn(RESULTS, result) ? RESULTS[result as keyof typeof RESULTS] : undefined;
  const found = await services.queries.checks(ref, {
    before: /^\d{1,15}$/.test(before) ? before : undefined,
    limit: PER_PAGE + 1,
    passed,
  });
  const checks = found.slice(0, PER_PAGE);
  const next = found.length > PER_PAGE ? checks.at(-1)?.id : undefined;
  const option = (text: string, value: string | undefined, isChosen: boolean) => ({
    text,
    href: withParameters(url, { result: value, before: undefined }),
    isChosen,
  });
  const content = html`<p class="lead">What proposed schemas would do to the graph, and to whom.</p>
    ${choice('Result', [
      option('All', undefined, passed === undefined),
      option('Failed', 'failed', passed === false),
      option('Passed', 'passed', passed === true),
    ])}
    ${
      checks.length === 0
        ? emptyState(
            passed === undefined ? 'No check yet' : 'No such check',
            'A check says before a merge what a schema would break, and whom. In a pipeline or at a desk:',
            checkCommand(services.publicUrl(), ref),
          )
        : html`${checksTable(checks, base)}${pager(url, 'before', next, 'checks')}`
    }`;
  return { title: 'Checks', section: '/checks', content };
}

export const checksTable = (checks: readonly PastCheck[], base: string): Html =>
  dataTable(
    'Checks, the newest first',
    [
      { title: 'Check' },
      { title: 'Result' },
      { title: 'Subgraph' },
      { title: 'Found' },
      { title: 'By' },
      { title: 'When' },
    ],
    checks.map((check) => [
      html`<a href="${base}/checks/${check.id}">Check ${check.id}</a>`,
      verdict(check.passed),
      check.subgraph ?? 'the whole schema',
      found(check),
      html`${actorName(check.createdBy)} ${gitText(check.git)}`,
      timeOf(check.createdAt),
    ]),
  );

function found({ compositionErrors, changes, failingChanges }: PastCheck): string {
  if (compositionErrors > 0) return counted(compositionErrors, 'composition error');
  if (failingChanges > 0) return `${failingChanges} of ${counted(changes, 'change')} would break somebody`;
  return changes === 0 ? 'no change' : counted(changes, 'change');
}
