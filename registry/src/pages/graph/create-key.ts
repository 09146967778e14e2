import { BadUserInputError, ClientError } from '@tributary/service-kit';
import { assertKeyName } from '../../access/key-name.ts';
import type { NewKey } from '../../access/key-store.ts';
import { actorOf, ROLES } from '../../access/viewer.ts';
import { assertSubgraphName, assertVariantName } from '../../graphs/graph-ref.ts';
import { html } from '../html.ts';
import type { Answer, Visit } from '../visit.ts';
import { assertAdministers } from '../../access/assert-administers.ts';
import { showKeys } from './keys-page.ts';

/** Makes a key as the form says, and shows it for the only time: this answer is not one that can be opened again. */
export async function createKeyByForm(
  visit: Visit,
  _parts: readonly string[],
  form: URLSearchParams,
): Promise<Answer> {
  const { services, graphId, visitor } = visit;
  assertAdministers(visitor.viewer, graphId);
  let key: NewKey;
  try {
    key = readKey(graphId, form);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return showKeys(visit, html`<p class="notice failed" role="alert">${error.message}</p>`, error.status);
  }
  const { token, name } = await services.keys.create(key, actorOf(visitor.viewer));
  const notice = html`<div class="notice passed" role="status">
    <p><strong>${name}</strong> is made. Copy the key now: it is not shown again.</p>
    <p class="secret"><code id="new-key" data-copy>${token}</code></p>
  </div>`;
  return showKeys(visit, notice);
}

/** @throws BadUserInputError saying what is wrong. */
function readKey(graphId: string, form: URLSearchParams): NewKey {
  const name = (form.get('name') ?? '').trim();
  assertKeyName(name);
  const role = ROLES.find((each) => each === form.get('role'));
  if (role === undefined) throw new BadUserInputError('Choose a role.');
  const variant = form.get('variant') ?? '';
  if (variant !== '') assertVariantName(variant);
  const names = (form.get('subgraphs') ?? '').split(/[\s,]+/).filter((each) => each !== '');
  const key = { graphId, name, role, variant: variant === '' ? undefined : variant };
  if (names.length === 0) return key;
  if (role !== 'PUBLISHER')
    throw new BadUserInputError('Only a key of the role PUBLISHER is for some subgraphs.');
  if (variant === '') throw new BadUserInputError('Choose the variant whose subgraphs the key is for.');
  names.forEach(assertSubgraphName);
  return { ...key, subgraphs: names.map((subgraph) => ({ variant, subgraph })) };
}
