import type { DiffHunk, DiffLine } from '../schema-work/protocol.ts';
import { counted } from './format.ts';
import { highlight } from './highlight.ts';
import { html, type Html } from './html.ts';

/** More lines than this are counted, not shown. */
const MAX_LINES = 2_000;

const SIGNS = { KEPT: ' ', ADDED: '+', REMOVED: '-' } as const;
const WORDS = { KEPT: '', ADDED: 'added: ', REMOVED: 'removed: ' } as const;

/** Changes of a text, as it is usual for patches. */
export function diffView(label: string, hunks: readonly DiffHunk[]): Html {
  const lines = hunks.flatMap((hunk) => hunk.lines);
  if (lines.length === 0) return html`<p class="note">Nothing changed.</p>`;
  const countOf = (wanted: DiffLine['kind']): number => lines.filter(({ kind }) => kind === wanted).length;
  let left = MAX_LINES;
  return html`<p class="note">
      ${counted(countOf('ADDED'), 'line')} added, ${counted(countOf('REMOVED'), 'line')} removed
    </p>
    <div class="code diff scroll" tabindex="0" role="region" aria-label="${label}">
      <table>
        ${hunks.map((hunk) => {
          const shown = hunk.lines.slice(0, Math.max(0, left));
          left -= hunk.lines.length;
          return html`<tbody>
            ${shown.map(lineRow)}
          </tbody>`;
        })}
      </table>
    </div>
    ${left < 0 ? html`<p class="note">${counted(-left, 'more line')} are not shown.</p>` : undefined}`;
}

const lineRow = ({ kind, text, before, after }: DiffLine): Html =>
  html`<tr class="${kind.toLowerCase()}">
    <td class="line-number">${before}</td>
    <td class="line-number">${after}</td>
    <td class="sign" aria-hidden="true">${SIGNS[kind]}</td>
    <td><span class="hidden-text">${WORDS[kind]}</span><code>${highlight(text)}</code></td>
  </tr>`;
