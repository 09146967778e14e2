import { MAX_KEY_NAME } from '../../access/key-name.ts';
import { html, type Html } from '../html.ts';

const HELP_ID = 'name-help';

/** Where the name of a key is typed. @param help Said below it. */
export const keyNameField = ({ value = '', help }: { value?: string; help?: string }): Html =>
  html`<div class="field">
    <label for="name">Name</label
    ><input
      id="name"
      name="name"
      required
      maxlength="${MAX_KEY_NAME}"
      value="${value}"
      autocomplete="off"
      ${help === undefined ? undefined : html` aria-describedby="${HELP_ID}"`}
    />
    ${help === undefined ? undefined : html`<p id="${HELP_ID}" class="note">${help}</p>`}
  </div>`;
