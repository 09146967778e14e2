import type { AffectedOperation, CheckResult, JudgedChange } from '../../checks/check-result.ts';
import { nameOfClient } from '../../checks/describe-usage.ts';
import { counted, formatCount, formatMinute, timeOf } from '../format.ts';
import { html, type Html, type Part } from '../html.ts';
import { dataTable, verdict } from '../parts.ts';
import { actorName, gitText } from '../people.ts';
import type { Answer, VariantVisit } from '../visit.ts';
import { messages } from './launch-page.ts';

const MAX_CHANGES = 500;
const MAX_OPERATIONS = 20;

/** What a check found. */
export async function checkPage(
  { services, ref, base }: VariantVisit,
  [id = '']: readonly string[],
): Promise<Answer> {
  const check = await services.checks.find(ref.graphId, id);
  if (check?.variant !== ref.variant) return undefined;
  const { result, subgraph, git, createdAt, createdBy } = check;
  const { composition, operations, lint } = result;
  const content = html`<p class="lead">
      ${verdict(result.passed)}
      ${
        subgraph === undefined
          ? 'a schema'
          : html`subgraph <a href="${base}/subgraphs/${subgraph}">${subgraph}</a>`
      },
      ${timeOf(createdAt)}, by ${actorName(createdBy)} ${gitText(git)}
    </p>
    <section>
      <h2>Composition ${verdict(composition.passed)}</h2>
      <p class="note">
        ${
          composition.passed
            ? composition.isSupergraphChanged
              ? 'It composes with the other subgraphs; gateways would get another supergraph.'
              : 'It composes with the other subgraphs; gateways would notice nothing.'
            : 'It does not compose with the other subgraphs, so nothing else was looked at.'
        }
      </p>
      ${messages('Errors', composition.errors, 'failed')}
    </section>
    ${operations === undefined ? undefined : operationsSection(operations, base)}
    ${lint === undefined ? undefined : lintSection(lint)}`;
  return {
    title: `Check ${id}`,
    parent: { title: 'Checks', path: `${base}/checks` },
    section: '/checks',
    content,
    json: check,
  };
}

function operationsSection(operations: NonNullable<CheckResult['operations']>, base: string): Html {
  const { passed, changes, checkedOperations, from, to, variants } = operations;
  const sorted = [...changes].sort((a, b) => Number(b.fails) - Number(a.fails));
  return html`<section>
    <h2>Operations ${verdict(passed)}</h2>
    <p class="note">
      ${counted(changes.length, 'change')} against ${counted(checkedOperations, 'operation')} of
      ${variants.join(', ')}, ${formatMinute(new Date(from))} to ${formatMinute(new Date(to))} UTC.
    </p>
    ${
      changes.length === 0
        ? undefined
        : dataTable(
            'Changes, the failing ones first',
            [{ title: 'Verdict' }, { title: 'Code' }, { title: 'Change' }, { title: 'Who would notice' }],
            sorted.slice(0, MAX_CHANGES).map((change) => changeCells(change, base)),
          )
    }${changes.length > MAX_CHANGES ? html`<p class="note">${counted(changes.length - MAX_CHANGES, 'more change')} are in the JSON of this page.</p>` : undefined}
  </section>`;
}

const changeCells = (change: JudgedChange, base: string): readonly Part[] => [
  verdict(!change.fails),
  html`<code>${breakable(change.code)}</code>`,
  withCode(change.description),
  whoWouldNotice(change, base),
];

/** A long name may go on in the next line after any of its words. */
const breakable = (code: string): readonly Part[] =>
  code.split(/(?<=_)/).flatMap((part, index) => (index === 0 ? [part] : [html`<wbr />`, part]));

/** What stands between backticks is code. */
const withCode = (text: string): readonly Part[] =>
  text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));

function whoWouldNotice({ affected, fails, isPotentiallyBreaking }: JudgedChange, base: string): Html {
  if (affected.length === 0) {
    const text = fails
      ? 'nobody knows: no operation was recorded'
      : isPotentiallyBreaking
        ? 'nobody: no operation uses it'
        : 'nobody';
    return html`<span class="note">${text}</span>`;
  }
  return html`<ul class="plain">
      ${affected.slice(0, MAX_OPERATIONS).map((each) => affectedItem(each, base))}
    </ul>
    ${
      affected.length > MAX_OPERATIONS
        ? html`<p class="note">and ${counted(affected.length - MAX_OPERATIONS, 'more operation')}</p>`
        : undefined
    }`;
}

const affectedItem = ({ id, name, requests, clients }: AffectedOperation, base: string): Html =>
  html`<li>
    <a href="${base}/operations/${id}">${name === '' ? 'without a name' : name}</a>
    ${counted(requests, 'request')}<br /><span class="note"
      >${clients
        .map((client) => `${nameOfClient(client.name, client.version)}: ${formatCount(client.requests)}`)
        .join(', ')}</span
    >
  </li>`;

const lintSection = ({ passed, diagnostics }: NonNullable<CheckResult['lint']>): Html =>
  html`<section>
    <h2>Lint ${verdict(passed)}</h2>
    ${
      diagnostics.length === 0
        ? html`<p class="note">Nothing that the schema before did not have.</p>`
        : dataTable(
            'Lint',
            [{ title: 'Level' }, { title: 'Where' }, { title: 'What' }, { title: 'Line', isNumber: true }],
            diagnostics.map(({ level, coordinate, message, start }) => [
              html`<span class="badge ${level === 'ERROR' ? 'failed' : 'warning'}"
                >${level.toLowerCase()}</span
              >`,
              html`<code>${coordinate}</code>`,
              message,
              start.line,
            ]),
          )
    }
  </section>`;
