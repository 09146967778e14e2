import type { CheckResult, JudgedChange } from '../checks/check-result.ts';
import type { Check } from '../checks/check-store.ts';
import { nameOfClient } from '../checks/describe-usage.ts';
import { formatGraphRef } from '../graphs/graph-ref.ts';
import { html, type Html } from './html.ts';
import { layout, verdict } from './layout.ts';

/** What a check found, for people. */
export function checkPage(check: Check): string {
  const { result, subgraph, git, createdAt, createdBy } = check;
  const { composition, operations, lint } = result;
  return layout(
    `Check ${check.id} of ${formatGraphRef(check)}`,
    html`<p>
        ${verdict(result.passed)}: subgraph <code>${subgraph}</code>, ${createdAt.toISOString()}, by
        ${createdBy}${git.branch === undefined ? '' : `, branch ${git.branch}`}
      </p>
      <h2>Composition ${verdict(composition.passed)}</h2>
      ${composition.errors.map(({ code, message }) => html`<p><code>${code}</code> ${message}</p>`)}
      ${operations === undefined ? '' : operationsSection(operations)}
      ${
        lint === undefined
          ? ''
          : html`<h2>Lint ${verdict(lint.passed)}</h2>
              <ul>
                ${lint.diagnostics.map(
                  ({ level, coordinate, message, start }) =>
                    html`<li>${level} <code>${coordinate}</code>, line ${start.line}: ${message}</li>`,
                )}
              </ul>`
      }`,
  );
}

const operationsSection = ({
  passed,
  changes,
  checkedOperations,
  from,
  to,
  variants,
}: NonNullable<CheckResult['operations']>): Html =>
  html`<h2>Operations ${verdict(passed)}</h2>
    <p>
      ${changes.length} changes against ${checkedOperations} operations of ${variants.join(', ')}, ${from} to
      ${to}.
    </p>
    <table>
      <thead>
        <tr>
          <th scope="col">Verdict</th>
          <th scope="col">Code</th>
          <th scope="col">Change</th>
          <th scope="col">Used by</th>
        </tr>
      </thead>
      <tbody>
        ${changes.map(changeRow)}
      </tbody>
    </table>`;

const changeRow = ({ fails, code, description, affected }: JudgedChange): Html =>
  html`<tr>
    <td>${verdict(!fails)}</td>
    <td><code>${code}</code></td>
    <td>${description}</td>
    <td>
      ${affected.map(
        ({ name, requests, clients }) =>
          html`<div>
            <code>${name === '' ? 'without a name' : name}</code>, ${requests} requests:
            ${clients
              .map((client) => `${nameOfClient(client.name, client.version)} ${client.requests}`)
              .join(', ')}
          </div>`,
      )}
    </td>
  </tr>`;
