/** The page of the bank: the buyer says who they are, or fails to. */
import { readBody, type RouteHandler } from '@tributary/service-kit';
import type { Books } from './books.ts';
import { ApiError, parseForm } from './form.ts';
import { answerAction, findIntent } from './intents.ts';

const MAX_BODY_BYTES = 1024;
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};

export function authenticateRoute(books: Books): RouteHandler {
  return async (request, response, url) => {
    const id = url.pathname.split('/').at(-1) ?? '';
    try {
      if (request.method !== 'POST') {
        const { status, amount, currency } = findIntent(books, id);
        response.writeHead(200, HEADERS).end(page(status === 'requires_action', amount, currency));
        return;
      }
      const form = parseForm((await readBody(request, MAX_BODY_BYTES)).toString());
      const intent = answerAction(books, id, form['outcome'] === 'complete');
      await books.sync();
      if (intent.return_url === null) {
        response.writeHead(200, HEADERS).end(page(false, intent.amount, intent.currency));
      } else {
        response.writeHead(303, { location: intent.return_url }).end();
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      response.writeHead(404, HEADERS).end('<p>There is no such payment.</p>');
    }
  };
}

const page = (isOpen: boolean, amount: number, currency: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Test bank</title>
<style>body { font: 1rem/1.5 system-ui; max-width: 30rem; margin: 4rem auto; padding: 0 1rem }
button { font: inherit; padding: .6rem 1rem; margin-right: .5rem }</style>
<h1>Test bank</h1>
${
  isOpen
    ? `<p>Is it you who pays ${amount} ${currency.toUpperCase()} (minor units)?</p>
<form method="post"><button name="outcome" value="complete">Complete</button><button name="outcome" value="fail">Fail</button></form>`
    : '<p>There is nothing to do here any more. You can close this page.</p>'
}
</html>`;
