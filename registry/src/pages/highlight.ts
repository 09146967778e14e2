import { html, Html, type Part } from './html.ts';
import { formatCount } from './format.ts';

/** Longest text that a page shows; a browser would choke on more. */
const MAX_LENGTH = 300_000;

/** Each alternative takes all it can from where it begins, the last one any word: a hostile text is read once. */
const TOKEN =
  /("""[^]*?(?:"""|$)|"(?:[^"\\\n]|\\.)*"?)|(#.*)|(@[_A-Za-z]\w*)|([_A-Za-z]\w*\b(?=\s{0,20}:))|(\b(?:type|interface|union|enum|input|scalar|directive|extend|schema|implements|on|repeatable|query|mutation|subscription|fragment)\b)|([A-Z]\w*)|(\w+)/g;
const CLASSES = ['', 'string', 'comment', 'directive', 'name', 'keyword', 'type'] as const;

/** GraphQL with its parts marked, for the style sheet. */
export function highlight(text: string): Html {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const groups: readonly (string | undefined)[] = match;
    const className = CLASSES[groups.findIndex((group, index) => index > 0 && group !== undefined)];
    parts.push(text.slice(end, match.index));
    parts.push(className === undefined ? match[0] : html`<span class="t-${className}">${match[0]}</span>`);
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return html`${parts}`;
}

/** @param label What it is, for whoever cannot see where it stands. */
export function codeBlock(label: string, text: string): Html {
  const shown = text.slice(0, MAX_LENGTH);
  return html`<div class="code scroll" tabindex="0" role="region" aria-label="${label}">
      <pre class="numbers" aria-hidden="true">${numbersOf(shown)}</pre>
      <pre><code>${highlight(shown)}</code></pre>
    </div>
    ${
      shown.length < text.length
        ? html`<p class="note">
            These are the first ${formatCount(MAX_LENGTH)} of ${formatCount(text.length)} characters;
            <code>rover</code> fetches all of it.
          </p>`
        : undefined
    }`;
}

const numbersOf = (text: string): Html =>
  new Html(
    Array.from({ length: text.replace(/\n$/, '').split('\n').length }, (_, index) => index + 1).join('\n'),
  );
