import type { RouteHandler } from '@tributary/service-kit';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredMessage } from './folder-mailer.ts';
import { escapeHtml } from './message.ts';

const MOST_SHOWN = 100;
const LINK = /https?:\/\/[^\s&]+/g;

/** Shows the messages of the folder, the newest first. Development only: whoever sees it can take over any account. */
export function mailPage(folder: string): RouteHandler {
  return async (_request, response) => {
    const messages = await readMessages(folder);
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    });
    response.end(page(messages));
  };
}

/** Ids are time-ordered, so names are. */
async function readMessages(folder: string): Promise<StoredMessage[]> {
  const names = await readdir(folder).catch(() => []);
  const newest = names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .reverse()
    .slice(0, MOST_SHOWN);
  return Promise.all(
    newest.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as StoredMessage),
  );
}

function page(messages: readonly StoredMessage[]): string {
  const articles = messages.map(
    ({ at, to, subject, text }) =>
      `<article><h2>${escapeHtml(subject)}</h2><p>${escapeHtml(at)} to ${escapeHtml(to)}</p>` +
      `<pre>${escapeHtml(text).replace(LINK, (url) => `<a href="${url}">${url}</a>`)}</pre></article>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mail</title>
<style>body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto}pre{white-space:pre-wrap}article{border-top:1px solid #999}</style>
</head><body><h1>Mail that was not sent</h1>${articles.join('') || '<p>There is none yet.</p>'}</body></html>`;
}
