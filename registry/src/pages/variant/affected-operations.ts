import type { AffectedOperation, JudgedChange } from '../../checks/check-result.ts';
import { nameOfClient } from '../../checks/describe-usage.ts';
import { counted, formatCount } from '../format.ts';
import { html, type Html } from '../html.ts';

const MAX_OPERATIONS = 20;

/** The operations that would notice a change, and their clients. @param base Path of the variant they are of. */
export function whoWouldNotice({ affected, fails, isPotentiallyBreaking }: JudgedChange, base: string): Html {
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

const affectedItem = (operation: AffectedOperation, base: string): Html =>
  operation.isPersisted === true ? persistedItem(operation) : sentItem(operation, base);

const nameOf = ({ name }: AffectedOperation): string => (name === '' ? 'without a name' : name);

const sentItem = (operation: AffectedOperation, base: string): Html =>
  html`<li>
    <a href="${base}/operations/${operation.id}">${nameOf(operation)}</a>
    ${counted(operation.requests, 'request')}<br /><span class="note"
      >${operation.clients
        .map(({ name, version, requests }) => `${nameOfClient(name, version)}: ${formatCount(requests)}`)
        .join(', ')}</span
    >
  </li>`;

/** It has no page: nobody may have sent it yet. */
const persistedItem = (operation: AffectedOperation): Html =>
  html`<li>
    ${nameOf(operation)} <span class="badge served">persisted</span><br /><span class="note"
      >registered by ${operation.clients[0]?.name || 'every client'}, so it counts however often it is
      sent</span
    >
  </li>`;
