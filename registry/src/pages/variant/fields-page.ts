import { heatOf, type HeatedField, type HeatedType } from '../field-heat.ts';
import { counted, formatCount, formatShort } from '../format.ts';
import { html, type Html } from '../html.ts';
import { choice, emptyState, pager, withParameters } from '../parts.ts';
import { periodChoice, periodOf } from '../period-choice.ts';
import { publishCommand } from '../publish-command.ts';
import { noUsage } from '../no-usage.ts';
import type { PageAnswer, VariantVisit } from '../visit.ts';

const TYPES_PER_PAGE = 60;
/** Of a type; a search finds the rest. */
const MAX_FIELDS = 500;
const SHOWN = ['all', 'used', 'unused', 'deprecated'] as const;
type Shown = (typeof SHOWN)[number];

/** The schema as clients see it, each field as warm as it is used. */
export async function fieldsPage(visit: VariantVisit): Promise<PageAnswer> {
  const { services, ref, base, url } = visit;
  const answer = { title: 'Fields', section: '/fields' };
  const period = periodOf(url);
  const [schema, uses] = await Promise.all([
    services.describeSupergraph(ref),
    services.queries.usage.fields(ref, period),
  ]);
  if (schema === undefined) {
    const content = emptyState(
      'No schema yet',
      'There is none until something that composes was published:',
      publishCommand(services.publicUrl(), ref),
    );
    return { ...answer, content };
  }
  const search = (url.searchParams.get('search') ?? '').trim();
  const shown = SHOWN.find((each) => each === url.searchParams.get('show')) ?? 'all';
  const all = heatOf(schema.types, uses);
  const found = inOrder(all.flatMap((type) => narrowed(type, search, shown)));
  const after = url.searchParams.get('after');
  const start = found.findIndex(({ type }) => type.name === after) + 1;
  const page = found.slice(start, start + TYPES_PER_PAGE);
  const next = start + TYPES_PER_PAGE < found.length ? page.at(-1)?.type.name : undefined;
  const content = html`<p class="lead">${describeTotals(all)}</p>
    <div class="tools">
      ${periodChoice(url, period)}
      ${choice(
        'Fields',
        SHOWN.map((each) => ({
          text: each,
          href: withParameters(url, { show: each === 'all' ? undefined : each, after: undefined }),
          isChosen: each === shown,
        })),
      )}
      ${searchForm(url, search)}
    </div>
    ${uses.length === 0 ? noUsage(visit) : legend()}
    ${page.length === 0 ? html`<p class="notice">No field is like that.</p>` : page.map((type) => typeHeat(type, base, period.name))}
    ${pager(url, 'after', next, 'types')}`;
  return { ...answer, content };
}

/** Where operations begin, then what is used most. */
const inOrder = (types: readonly HeatedType[]): readonly HeatedType[] =>
  [...types].sort(
    (a, b) =>
      Number(b.type.isRoot) - Number(a.type.isRoot) ||
      b.requests - a.requests ||
      (a.type.name < b.type.name ? -1 : 1),
  );

function narrowed(type: HeatedType, search: string, shown: Shown): readonly HeatedType[] {
  const wanted = search.toLowerCase();
  const isNamed = type.type.name.toLowerCase().includes(wanted);
  const fields = type.fields.filter(
    (each) =>
      (isNamed || each.field.name.toLowerCase().includes(wanted)) &&
      (shown === 'all' ||
        (shown === 'used' && each.requests > 0) ||
        (shown === 'unused' && each.requests === 0) ||
        (shown === 'deprecated' && each.field.isDeprecated)),
  );
  return fields.length === 0 ? [] : [{ ...type, fields }];
}

function describeTotals(types: readonly HeatedType[]): string {
  const fields = types.flatMap((type) => type.fields);
  const unused = fields.filter(({ requests }) => requests === 0).length;
  return `${counted(fields.length, 'field')} of ${counted(types.length, 'type')}; ${formatCount(unused)} were asked for by nobody in this time.`;
}

const searchForm = (url: URL, search: string): Html =>
  html`<form class="search" role="search">
    ${['period', 'show'].map((name) => {
      const value = url.searchParams.get(name);
      return value === null ? undefined : html`<input type="hidden" name="${name}" value="${value}" />`;
    })}<label for="search" class="hidden-text">Type or field</label
    ><input id="search" type="search" name="search" value="${search}" placeholder="Type or field" /><button>
      Search
    </button>
  </form>`;

const legend = (): Html =>
  html`<p class="heat-legend">
    <span>unused</span>${[0, 1, 2, 3, 4, 5, 6].map(
      (heat) => html`<span class="cell h${heat}" aria-hidden="true"></span>`,
    )}<span>used most</span>
  </p>`;

const typeHeat = ({ type, fields, requests }: HeatedType, base: string, period: string): Html =>
  html`<section class="heat">
    <h2>${type.name}</h2>
    <p class="note">${requests === 0 ? 'not used' : `in up to ${counted(requests, 'request')}`}</p>
    <ul>
      ${fields.slice(0, MAX_FIELDS).map((each) => fieldCell(each, type.name, base, period))}
    </ul>
  </section>`;

const fieldCell = (
  { field, requests, operations, heat }: HeatedField,
  type: string,
  base: string,
  period: string,
): Html =>
  html`<li>
    <a
      class="cell h${heat}"
      href="${base}/fields/${type}.${field.name}?period=${period}"
      title="${counted(requests, 'request')} of ${counted(operations, 'operation')}; resolved by ${field.subgraphs.join(', ')}"
      ><span class="cell-name${field.isDeprecated ? ' deprecated' : ''}">${field.name}</span
      >${field.isDeprecated ? html`<span class="hidden-text"> (deprecated)</span>` : undefined}
      ${requests === 0 ? undefined : html`<span class="cell-count">${formatShort(requests)}</span>`}</a
    >
  </li>`;
