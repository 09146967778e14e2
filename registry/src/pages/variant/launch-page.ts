import { isAllowed } from '../../access/viewer.ts';
import type { SubgraphDifference } from '../../graphs/launch-history.ts';
import type { SchemaMessage } from '../../schema-work/protocol.ts';
import { describeCause } from '../describe-cause.ts';
import { counted, timeOf } from '../format.ts';
import { html, type Html } from '../html.ts';
import { actorName, gitText } from '../people.ts';
import { pathOfSubgraph, titleOfSubgraph } from '../subgraph-place.ts';
import type { Answer, VariantVisit } from '../visit.ts';
import { launchState } from './launches-page.ts';

/** What became of a launch. */
export async function launchPage(
  { services, ref, base, url, visitor }: VariantVisit,
  [text]: readonly string[],
): Promise<Answer> {
  const number = Number(text);
  const { graphs, contracts, queries } = services;
  const [launch, variant, contract, differences] = await Promise.all([
    graphs.launch(ref, number),
    graphs.variant(ref),
    contracts.find(ref),
    queries.differences(ref, number - 1, number),
  ]);
  if (launch === undefined) return undefined;
  const { cause, errors, hints, supergraphHash, createdAt, createdBy } = launch;
  const succeeded = supergraphHash !== undefined;
  const isServed = variant?.servedLaunch === number;
  const offersRollBack =
    succeeded && !isServed && contract === undefined && isAllowed(visitor.viewer, 'manage');
  const content = html` ${url.searchParams.has('rolled-back') && isServed ? html`<p class="notice passed" role="status">Rolled back. Gateways get this launch from now on.</p>` : undefined}
    <p class="lead">
      ${launchState(succeeded, isServed, errors.length)} ${describeCause(cause)}, ${timeOf(createdAt)}, by
      ${actorName(createdBy)} ${cause.kind === 'PUBLISH' ? gitText(cause.git) : undefined}
    </p>
    ${cause.kind === 'PUBLISH' && cause.git.message !== undefined ? html`<p class="note">${cause.git.message}</p>` : undefined}
    ${offersRollBack ? html`<p><a class="button" href="${base}/launches/${number}/roll-back">Roll back to this launch ...</a></p>` : undefined}
    ${messages('Errors', errors, 'failed')}
    <section>
      <h2>What changed</h2>
      ${differencesList(differences, base, number - 1, number)}
    </section>
    ${messages('Hints', hints, 'hint')}`;
  return {
    title: `Launch ${number}`,
    parent: { title: 'Launches', path: `${base}/launches` },
    section: '/launches',
    content,
    json: launch,
  };
}

/** Errors or hints, each with where it is. */
export const messages = (
  title: string,
  all: readonly SchemaMessage[],
  className: string,
): Html | undefined =>
  all.length === 0
    ? undefined
    : html`<section>
        <h2>${title}</h2>
        <p class="hidden-text">${counted(all.length, 'message')}</p>
        ${messageList(all, className)}
      </section>`;

export const messageList = (all: readonly SchemaMessage[], className: string): Html =>
  html`<ul class="messages">
    ${all.map(
      ({ code, message, locations }) =>
        html`<li class="${className}">
          <code class="code-name">${code}</code> <span class="message">${message}</span>${
            locations[0] === undefined
              ? undefined
              : html` <span class="note">line ${locations[0].line}</span>`
          }
        </li>`,
    )}
  </ul>`;

const CHANGES = {
  ADDED: 'added',
  REMOVED: 'removed',
  CHANGED: 'another schema',
  MOVED: 'another URL',
} as const;

/** The subgraphs that one launch has otherwise than another, with a way to see how. */
export const differencesList = (
  differences: readonly SubgraphDifference[],
  base: string,
  from: number,
  to: number,
): Html =>
  differences.length === 0
    ? html`<p class="note">No subgraph.</p>`
    : html`<ul class="plain">
        ${differences.map(
          ({ name, change }) =>
            html`<li>
              <strong>${titleOfSubgraph(name)}</strong> ${CHANGES[change]}${
                change === 'CHANGED'
                  ? html` <a href="${pathOfSubgraph(base, name)}/diff?from=${from}&amp;to=${to}"
                      >What exactly<span class="hidden-text"> changed in ${titleOfSubgraph(name)}</span></a
                    >`
                  : undefined
              }
            </li>`,
        )}
      </ul>`;
