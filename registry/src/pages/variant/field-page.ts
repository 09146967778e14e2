import { html } from '../html.ts';
import { emptyState, figures } from '../parts.ts';
import { periodChoice, periodOf } from '../period-choice.ts';
import { parsePosition } from '../position.ts';
import type { Answer, VariantVisit } from '../visit.ts';
import { OPERATIONS_PER_PAGE, operationsTable } from './operations-page.ts';

/** Who uses a field. */
export async function fieldPage(
  { services, ref, base, url }: VariantVisit,
  [typeName = '', fieldName = '']: readonly string[],
): Promise<Answer> {
  const period = periodOf(url);
  const schema = await services.describeSupergraph(ref);
  const type = schema?.types.find(({ name, isHidden }) => name === typeName && !isHidden);
  const field = type?.fields.find(({ name, isHidden }) => name === fieldName && !isHidden);
  if (type === undefined || field === undefined) return undefined;
  const operations = await services.queries.usage.operations(
    ref,
    period,
    parsePosition(url.searchParams.get('after')),
    OPERATIONS_PER_PAGE + 1,
    // Whoever asks an interface for a field uses it of all its types.
    [typeName, ...type.interfaces].map((name) => `${name}.${fieldName}`),
  );
  const content = html`${periodChoice(url, period)}
  ${figures([
    ['Type', html`<code>${field.type}</code>`],
    ['Resolved by', field.subgraphs.join(', ')],
  ])}
  ${
    operations.length === 0
      ? emptyState(
          'No operation used it in this time',
          'As far as was reported. A check says whether it can be removed: it looks as far back as it is told to.',
        )
      : operationsTable(operations, base, url)
  }`;
  return {
    title: `${typeName}.${fieldName}`,
    parent: { title: 'Fields', path: `${base}/fields` },
    section: '/fields',
    content,
  };
}
