import { ROLES, type Role } from '../../access/viewer.ts';
import type { DescribedKey } from '../../access/describe-keys.ts';
import { timeOf } from '../format.ts';
import { html, type Html } from '../html.ts';
import { dataTable } from '../parts.ts';
import { actorName } from '../people.ts';
import { tokenField } from '../shell.ts';
import type { Answer, PageAnswer, Visit } from '../visit.ts';
import { assertAdministers } from '../../access/assert-administers.ts';
import { keyNameField } from './key-name-field.ts';

const MAY: Readonly<Record<Role, string>> = {
  ADMIN: 'everything, also keys and roll-backs',
  PUBLISHER: 'read, check and publish',
  ROUTER: 'read, and report usage: for gateways',
  OBSERVER: 'read and check: for pipelines and people',
};

/** The keys of a graph, and the form for a new one. */
export async function keysPage(visit: Visit): Promise<Answer> {
  assertAdministers(visit.visitor.viewer, visit.graphId);
  const wasDeleted = visit.url.searchParams.has('deleted');
  return showKeys(
    visit,
    wasDeleted
      ? html`<p class="notice passed" role="status">Deleted. Nothing is answered to that key any more.</p>`
      : undefined,
  );
}

/** @param notice What became of what was just done. */
export async function showKeys(visit: Visit, notice: Html | undefined, status = 200): Promise<PageAnswer> {
  const { services, graphId, visitor, base } = visit;
  assertAdministers(visitor.viewer, graphId);
  const [keys, variants] = await Promise.all([
    services.queries.keys(graphId),
    services.graphs.variants(graphId),
  ]);
  const content = html`${notice}
    <p class="lead">
      What rover, gateways and pipelines show to be let in. A key itself is shown once, when it is made.
    </p>
    ${dataTable(
      'API keys, the newest first',
      [{ title: 'Name' }, { title: 'Key' }, { title: 'May' }, { title: 'Made' }, { title: 'Change' }],
      keys.map((key) => [
        html`<strong>${key.name}</strong
          >${key.id === visitor.viewer.keyId ? html` <span class="badge served">yours</span>` : undefined}`,
        html`<code>${key.hint}</code>`,
        html`<span class="role">${key.role}</span> <span class="note">${scopeOf(key)}</span>`,
        html`${timeOf(key.createdAt)} <span class="note">by ${actorName(key.createdBy)}</span>`,
        html`<a href="${base}/keys/${key.id}"
          >Rename or delete<span class="hidden-text"> ${key.name}</span></a
        >`,
      ]),
    )}
    <section>
      <h2>New key</h2>
      ${createForm(
        visitor.formToken,
        variants.map(({ name }) => name),
      )}
    </section>`;
  return { title: 'API keys', section: '/keys', content, status };
}

function scopeOf({ variant, subgraphs }: DescribedKey): string {
  const where = variant === null ? 'every variant' : `variant ${variant}`;
  if (subgraphs === null) return where;
  return subgraphs.map((each) => `${each.subgraph} of ${each.variant}`).join(', ');
}

const createForm = (formToken: string | undefined, variants: readonly string[]): Html =>
  html`<form method="post" class="panel">
    ${formToken === undefined ? undefined : tokenField(formToken)}
    ${keyNameField({ help: 'Who or what will have it, "products pipeline" say.' })}
    <fieldset class="field">
      <legend>Role</legend>
      ${ROLES.map(
        (role) =>
          html`<div class="option">
            <input
              type="radio"
              id="role-${role}"
              name="role"
              value="${role}"
              ${role === 'PUBLISHER' ? html` checked` : undefined}
            /><label for="role-${role}"
              ><span class="role">${role}</span> <span class="note">${MAY[role]}</span></label
            >
          </div>`,
      )}
    </fieldset>
    <div class="field">
      <label for="variant">Variant</label
      ><select id="variant" name="variant">
        <option value="">every variant</option>
        ${variants.map((name) => html`<option>${name}</option>`)}
      </select>
    </div>
    <div class="field">
      <label for="subgraphs">Subgraphs of a publisher</label
      ><input
        id="subgraphs"
        name="subgraphs"
        autocomplete="off"
        spellcheck="false"
        aria-describedby="subgraphs-help"
      />
      <p id="subgraphs-help" class="note">
        Names with commas between them, of the variant above. Empty: all.
      </p>
    </div>
    <div class="actions"><button>Make the key</button></div>
  </form>`;
