import { BadUserInputError } from '@tributary/service-kit';
import { assertKeyName } from '../../access/key-name.ts';
import { actorOf } from '../../access/viewer.ts';
import { html } from '../html.ts';
import { figures } from '../parts.ts';
import { timeOf } from '../format.ts';
import { tokenField } from '../shell.ts';
import type { Answer, Visit } from '../visit.ts';
import { assertAdministers } from '../../access/assert-administers.ts';
import { keyNameField } from './key-name-field.ts';

/** A key, to be renamed or deleted. */
export async function keyPage(visit: Visit, [id = '']: readonly string[]): Promise<Answer> {
  const { services, graphId, visitor, base, url } = visit;
  const { viewer, formToken } = visitor;
  assertAdministers(viewer, graphId);
  const key = await services.keys.get(graphId, id);
  if (key === undefined) return undefined;
  const token = formToken === undefined ? undefined : tokenField(formToken);
  const isOwn = key.id === viewer.keyId;
  const content = html`${url.searchParams.has('renamed') ? html`<p class="notice passed" role="status">Renamed.</p>` : undefined}
    ${figures([
      ['Key', html`<code>${key.hint}</code>`],
      ['Role', key.role],
      ['Made', timeOf(key.createdAt)],
    ])}
    <section>
      <h2>Rename</h2>
      <form method="post" class="panel">
        ${token}<input type="hidden" name="do" value="rename" />
        ${keyNameField({ value: key.name })}
        <div class="actions"><button>Rename</button></div>
      </form>
    </section>
    <section>
      <h2>Delete</h2>
      <form method="post" class="panel">
        ${token}<input type="hidden" name="do" value="delete" />
        <p>
          Whoever has the key is refused within seconds: gateways keep the schema they have, pipelines
          fail.${
            isOwn
              ? html` <strong>It is the key you are signed in with: you will be signed out.</strong>`
              : undefined
          }
          This cannot be undone.
        </p>
        <div class="actions"><button class="danger">Delete ${key.name}</button></div>
      </form>
    </section>`;
  return {
    title: key.name,
    parent: { title: 'API keys', path: `${base}/keys` },
    section: '/keys',
    content,
  };
}

export async function changeKey(
  { services, graphId, visitor, base }: Visit,
  [id = '']: readonly string[],
  form: URLSearchParams,
): Promise<Answer> {
  assertAdministers(visitor.viewer, graphId);
  const actor = actorOf(visitor.viewer);
  switch (form.get('do')) {
    case 'rename': {
      const name = (form.get('name') ?? '').trim();
      assertKeyName(name);
      const renamed = await services.keys.rename(graphId, id, name, actor);
      return renamed ? { redirect: `${base}/keys/${id}?renamed` } : undefined;
    }
    case 'delete': {
      const revoked = await services.keys.revoke(graphId, id, actor);
      return revoked ? { redirect: `${base}/keys?deleted` } : undefined;
    }
    default:
      throw new BadUserInputError('Rename or delete?');
  }
}
