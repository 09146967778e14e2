import type {
  CheckResult,
  DownstreamResult,
  JudgedChange,
  OperationsResult,
} from '../../checks/check-result.ts';
import { counted, formatMinute, timeOf } from '../format.ts';
import { html, type Html, type Part } from '../html.ts';
import { dataTable, verdict } from '../parts.ts';
import { actorName, gitText } from '../people.ts';
import { pathOfSubgraph } from '../subgraph-place.ts';
import type { Answer, VariantVisit } from '../visit.ts';
import { whoWouldNotice } from './affected-operations.ts';
import { messageList, messages } from './launch-page.ts';

const MAX_CHANGES = 500;

/** What a check found. */
export async function checkPage(
  { services, ref, base }: VariantVisit,
  [id = '']: readonly string[],
): Promise<Answer> {
  const check = await services.checks.find(ref.graphId, id);
  if (check?.variant !== ref.variant) return undefined;
  const { result, subgraph, git, createdAt, createdBy } = check;
  const { composition, operations, lint, downstream = [] } = result;
  const content = html`<p class="lead">
      ${verdict(result.passed)}
      ${
        subgraph === undefined
          ? html`<a href="${pathOfSubgraph(base, '')}">the whole schema</a>`
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
    ${downstream.length === 0 ? undefined : contractsSection(downstream, ref.graphId)}
    ${lint === undefined ? undefined : lintSection(lint)}`;
  return {
    title: `Check ${id}`,
    parent: { title: 'Checks', path: `${base}/checks` },
    section: '/checks',
    content,
    json: check,
  };
}

const operationsSection = (operations: OperationsResult, base: string): Html =>
  html`<section>
    <h2>Operations ${verdict(operations.passed)}</h2>
    ${changesOf(operations, base, 'Changes')}
  </section>`;

/** @param caption What the table is, of several on the page. */
function changesOf(operations: OperationsResult, base: string, caption: string): Html {
  const { changes, checkedOperations, from, to, variants } = operations;
  const sorted = [...changes].sort((a, b) => Number(b.fails) - Number(a.fails));
  return html`<p class="note">
      ${counted(changes.length, 'change')} against ${counted(checkedOperations, 'operation')} of
      ${variants.join(', ')}, ${formatMinute(new Date(from))} to ${formatMinute(new Date(to))} UTC.
    </p>
    ${
      changes.length === 0
        ? undefined
        : dataTable(
            `${caption}, the failing ones first`,
            [{ title: 'Verdict' }, { title: 'Code' }, { title: 'Change' }, { title: 'Who would notice' }],
            sorted.slice(0, MAX_CHANGES).map((change) => changeCells(change, base)),
          )
    }${changes.length > MAX_CHANGES ? html`<p class="note">${counted(changes.length - MAX_CHANGES, 'more change')} are in the JSON of this page.</p>` : undefined}`;
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

/** What becomes of the contracts that show a part of the variant. */
const contractsSection = (results: readonly DownstreamResult[], graphId: string): Html =>
  html`<section>
    <h2>Contracts ${verdict(results.every(({ passed }) => passed))}</h2>
    ${results.map(({ variant, passed, errors, operations }) => {
      const base = `/graphs/${graphId}@${variant}`;
      return html`<h3><a href="${base}">${variant}</a> ${verdict(passed)}</h3>
        ${
          errors.length === 0
            ? undefined
            : html`<p class="note">No contract can be made of the schema any more.</p>
                ${messageList(errors, 'failed')}`
        }
        ${operations === undefined ? undefined : changesOf(operations, base, `Changes of ${variant}`)}`;
    })}
  </section>`;

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
