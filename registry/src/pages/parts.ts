/** What many pages are made of. */
import { html, type Html, type Part } from './html.ts';

export const verdict = (passed: boolean): Html =>
  passed ? html`<span class="badge passed">passed</span>` : html`<span class="badge failed">failed</span>`;

/** Nothing is there yet; says how it gets there. */
export const emptyState = (title: string, text: Part, command?: string): Html =>
  html`<div class="empty">
    <h2>${title}</h2>
    <p>${text}</p>
    ${command === undefined ? undefined : commandBox(command)}
  </div>`;

/** A command for a shell, with a button that copies it where there is script. */
export const commandBox = (command: string): Html =>
  html`<div class="command">
    <pre tabindex="0" role="group" aria-label="Command"><code>${command}</code></pre>
  </div>`;

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

/** @param caption What is in it, for whoever cannot see the heading above. */
export const dataTable = (
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Part[])[],
): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption class="hidden-text">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ title, isNumber }) => html`<th scope="col" ${numeric(isNumber)}>${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, index) => html`<td${numeric(columns[index]?.isNumber)}>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

const numeric = (isNumber: boolean | undefined): Html | undefined =>
  isNumber === true ? html` class="number"` : undefined;

/** A few figures in a row. */
export const figures = (all: readonly (readonly [title: string, value: Part, note?: Part])[]): Html =>
  html`<dl class="figures">
    ${all.map(
      ([title, value, note]) =>
        html`<div>
          <dt>${title}</dt>
          <dd>${value}${note === undefined ? undefined : html` <span class="note">${note}</span>`}</dd>
        </div>`,
    )}
  </dl>`;

/** Links to the same page with other parameters, one of which is chosen. */
export const choice = (
  label: string,
  options: readonly { readonly text: Part; readonly href: string; readonly isChosen: boolean }[],
): Html =>
  html`<nav class="choice" aria-label="${label}">
    ${options.map(
      ({ text, href, isChosen }) =>
        html`<a href="${href}" ${isChosen ? html` aria-current="true"` : undefined}>${text}</a>`,
    )}
  </nav>`;

/** The same page with some parameters replaced; undefined takes one away. */
export function withParameters(url: URL, changes: Readonly<Record<string, string | undefined>>): string {
  const parameters = new URLSearchParams(url.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) parameters.delete(name);
    else parameters.set(name, value);
  }
  const search = parameters.toString();
  return search === '' ? url.pathname : `${url.pathname}?${search}`;
}

/** @param next Where the list goes on; undefined: this is its end. */
export const pager = (url: URL, parameter: string, next: string | undefined, what: string): Html => {
  const isFirst = !url.searchParams.has(parameter);
  if (isFirst && next === undefined) return html``;
  return html`<nav class="pager" aria-label="Pages of ${what}">
    ${
      isFirst ? undefined : html`<a href="${withParameters(url, { [parameter]: undefined })}">First page</a>`
    }${
      next === undefined
        ? undefined
        : html`<a rel="next" href="${withParameters(url, { [parameter]: next })}">Next page</a>`
    }
  </nav>`;
};
