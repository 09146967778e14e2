import { createHash } from 'node:crypto';
import { escapeHtml } from '../mail/message.ts';

export interface PageContent {
  readonly title: string;
  /** Why the last try did not do it; announced to who cannot see it. */
  readonly problem?: string | undefined;
  readonly text?: string;
  readonly form?: {
    readonly button: string;
    readonly asksPassword: boolean;
    /** Undefined: it is taken from behind the `#` of the address, which servers never see. */
    readonly token: string | undefined;
  };
}

const SCRIPT =
  "const token = document.querySelector('[name=token]');" +
  "if (token && location.hash.startsWith('#token=')) {" +
  "token.value = location.hash.slice(7); history.replaceState(null, '', location.pathname); }" +
  "const show = document.querySelector('#show');" +
  "if (show) show.onchange = () => { document.querySelector('#password').type = show.checked ? 'text' : 'password'; };";

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;color:#1c1c1c;background:#fff;max-width:34em;margin:3em auto;padding:0 1em}' +
  'label{display:block;margin:1em 0 .25em}input{font:inherit;width:100%;box-sizing:border-box;padding:.5em;border:1px solid #767676}' +
  '[type=checkbox]{width:auto}button{font:inherit;margin-top:1em;padding:.5em 1em;border:0;background:#0b57a4;color:#fff;cursor:pointer}' +
  '[role=alert]{border-left:4px solid #b3261e;padding-left:1em}';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing is loaded, nothing runs but what is above, nobody frames it, and no other site learns its address. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy':
    `default-src 'none'; script-src ${hashOf(SCRIPT)}; style-src ${hashOf(STYLE)}; ` +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
} as const;

export function renderPage({ title, problem, text, form }: PageContent): string {
  const paragraphs = [
    problem === undefined ? '' : `<p role="alert">${escapeHtml(problem)}</p>`,
    text === undefined ? '' : `<p>${escapeHtml(text)}</p>`,
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>${paragraphs.join('')}${form === undefined ? '' : renderForm(form)}</main></body></html>
`;
}

function renderForm({ button, asksPassword, token }: NonNullable<PageContent['form']>): string {
  const password =
    '<label for="password">New password</label>' +
    '<input id="password" name="password" type="password" autocomplete="new-password" required autofocus>' +
    '<label><input id="show" type="checkbox"> Show it</label>';
  return (
    `<form method="post"><input type="hidden" name="token" value="${escapeHtml(token ?? '')}">` +
    `${asksPassword ? password : ''}<button>${escapeHtml(button)}</button></form>` +
    `<noscript><p role="alert">This page needs JavaScript, to read what stands behind # in the link.</p></noscript>` +
    `<script>${SCRIPT}</script>`
  );
}
