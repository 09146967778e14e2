import { readBody, UnsupportedMediaTypeError, type RouteHandler, type Routes } from '@tributary/service-kit';
import type { IncomingMessage } from 'node:http';
import { PAGE_HEADERS, renderPage, type PageContent } from './render-page.ts';

/** What the links in mails are for. Each answers why it was not done, if it was not. */
export interface AccountActions {
  verifyEmail(token: string): Promise<Refusal | undefined>;
  changeEmail(token: string): Promise<Refusal | undefined>;
  resetPassword(token: string, password: string): Promise<Refusal | undefined>;
}

export interface Refusal {
  readonly message: string;
  /** Whether another password would do. */
  readonly ofPassword: boolean;
}

interface AccountPage {
  readonly title: string;
  readonly button: string;
  readonly asksPassword: boolean;
  readonly done: string;
  act(form: URLSearchParams): Promise<Refusal | undefined>;
}

const MAX_FORM_BYTES = 8_192;
const FORM = 'application/x-www-form-urlencoded';

/**
 * The pages that mails link to (`ACCOUNT_URL`), for who has no web site that has them. A GET changes nothing: programs
 * that look through mail follow links too.
 */
export function accountPages({ verifyEmail, changeEmail, resetPassword }: AccountActions): Routes {
  return {
    '/account/verify-email': pageRoute({
      title: 'Confirm your e-mail address',
      button: 'Confirm the address',
      asksPassword: false,
      done: 'Your address is confirmed. You can sign in.',
      act: (form) => verifyEmail(form.get('token') ?? ''),
    }),
    '/account/change-email': pageRoute({
      title: 'Confirm your new e-mail address',
      button: 'Use this address',
      asksPassword: false,
      done: 'Your account has this address from now on.',
      act: (form) => changeEmail(form.get('token') ?? ''),
    }),
    '/account/reset-password': pageRoute({
      title: 'Set a new password',
      button: 'Set the password',
      asksPassword: true,
      done: 'Your password is set, and everybody who was signed in has been signed out. You can sign in.',
      act: (form) => resetPassword(form.get('token') ?? '', form.get('password') ?? ''),
    }),
  };
}

function pageRoute({ title, button, asksPassword, done, act }: AccountPage): RouteHandler {
  const ask = (token?: string, problem?: string): PageContent => ({
    title,
    problem,
    form: { button, asksPassword, token },
  });
  return async (request, response) => {
    const send = (status: number, content: PageContent): void => {
      response.writeHead(status, PAGE_HEADERS).end(renderPage(content));
    };
    if (request.method === 'GET') {
      send(200, ask());
      return;
    }
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'GET, POST' }).end();
      return;
    }
    const form = await readForm(request);
    const refusal = await act(form);
    if (refusal === undefined) send(200, { title, text: done });
    else if (refusal.ofPassword) send(422, ask(form.get('token') ?? '', refusal.message));
    else send(422, { title, problem: refusal.message });
  };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith(FORM)) throw new UnsupportedMediaTypeError(type, FORM);
  return new URLSearchParams((await readBody(request, MAX_FORM_BYTES)).toString('utf8'));
}
