/** The page of the bank: the buyer says who they are, or fails to. */
import { readBody, type RouteHandler } from '@tributary/service-kit';
import type { Books } from './books.ts';
import { ApiError, noSuch, parseForm } from './form.ts';
import { answerAction, findIntent } from './intents.ts';
import { mayAct } from './next-action.ts';
import type { PaymentIntentObject } from './objects.ts';
import { answerSetup, findSetup } from './setup-intents.ts';

const MAX_BODY_BYTES = 1024;
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};

export function authenticateRoute(books: Books): RouteHandler {
  return async (request, response, url) => {
    const id = url.pathname.split('/').at(-1) ?? '';
    const isSetup = id.startsWith('seti_');
    try {
      const asked = isSetup ? findSetup(books, id) : findIntent(books, id);
      if (!mayAct(asked, url.searchParams.get('client_secret'))) throw noSuch(asked.object, id);
      if (request.method !== 'POST') {
        const question = asked.object === 'setup_intent' ? 'keeps this card' : whoPays(asked);
        response
          .writeHead(200, HEADERS)
          .end(page(answerable(asked.status === 'requires_action' ? question : undefined)));
        return;
      }
      const form = parseForm((await readBody(request, MAX_BODY_BYTES)).toString());
      const isSuccess = form['outcome'] === 'complete';
      const answered = isSetup ? answerSetup(books, id, isSuccess) : answerAction(books, id, isSuccess);
      await books.sync();
      if (answered.return_url === null) {
        response.writeHead(200, HEADERS).end(page(answerable(undefined)));
      } else {
        response.writeHead(303, { location: answered.return_url }).end();
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      response.writeHead(404, HEADERS).end(page('<p>There is no such payment.</p>'));
    }
  };
}

const whoPays = ({ amount, currency }: PaymentIntentObject): string =>
  `pays ${amount} ${currency.toUpperCase()} (minor units)`;

/** @param question What is asked; undefined when nothing is any more. */
const answerable = (question: string | undefined): string =>
  question === undefined
    ? '<p>There is nothing to do here any more. You can close this page.</p>'
    : `<p>Is it you who ${question}?</p>
<form method="post"><button name="outcome" value="complete">Complete</button><button name="outcome" value="fail">Fail</button></form>`;

const page = (content: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Test bank</title>
<style>:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui; max-width: 30rem; margin: 4rem auto; padding: 0 1rem }
button { font: inherit; padding: .6rem 1rem; margin-right: .5rem }</style>
<h1>Test bank</h1>
${content}
</html>`;
