import { BadUserInputError } from '@tributary/service-kit';
import { actorOf, assertMay } from '../../access/viewer.ts';
import { assertNoContract } from '../../graphs/assert-no-contract.ts';
import { formatGraphRef } from '../../graphs/graph-ref.ts';
import { describeCause } from '../describe-cause.ts';
import { html } from '../html.ts';
import { tokenField } from '../shell.ts';
import type { Answer, VariantVisit } from '../visit.ts';
import { timeOf } from '../format.ts';
import { differencesList } from './launch-page.ts';

/** What a roll-back would change, and the button that does it. */
export async function rollBackPage(
  { services, ref, base, visitor }: VariantVisit,
  [text]: readonly string[],
): Promise<Answer> {
  const { viewer, formToken } = visitor;
  assertMay(viewer, 'manage', ref);
  assertNoContract(await services.contracts.find(ref));
  const number = Number(text);
  const [launch, variant] = await Promise.all([
    services.graphs.launch(ref, number),
    services.graphs.variant(ref),
  ]);
  if (launch?.supergraphHash === undefined || variant === undefined) return undefined;
  const differences = await services.queries.differences(ref, variant.latestLaunch, number);
  const content = html`<p class="lead">
      ${formatGraphRef(ref)} becomes what it was in launch ${number} (${describeCause(launch.cause)},
      ${timeOf(launch.createdAt)}), its subgraphs included, as launch ${variant.latestLaunch + 1}. Gateways
      take it within seconds.
    </p>
    <section>
      <h2>What changes</h2>
      ${differencesList(differences, base, variant.latestLaunch, number)}
    </section>
    <form method="post" class="actions">
      ${formToken === undefined ? undefined : tokenField(formToken)}
      <button class="danger">Roll back to launch ${number}</button>
      <a href="${base}/launches/${number}">Cancel</a>
    </form>`;
  return {
    title: `Roll back to launch ${number}?`,
    parent: { title: `Launch ${number}`, path: `${base}/launches/${number}` },
    section: '/launches',
    content,
  };
}

export async function rollBack(
  { services, ref, base, visitor }: VariantVisit,
  [text]: readonly string[],
): Promise<Answer> {
  const viewer = assertMay(visitor.viewer, 'manage', ref);
  const launch = await services.launcher.rollBack(ref, Number(text), actorOf(viewer));
  if (launch === undefined)
    throw new BadUserInputError(`${formatGraphRef(ref)} has no launch ${text ?? ''} that succeeded.`);
  return { redirect: `${base}/launches/${launch.number}?rolled-back` };
}
