import { ClientError, errorBody, sendJson, type RouteHandler } from '@tributary/service-kit';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { mayRead } from '../access/may-read.ts';
import { UnknownKeyError } from '../access/viewer.ts';
import { parseGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import { assertFormToken, readForm } from './form.ts';
import { GRAPH_PAGES } from './graph/graph-pages.ts';
import { html } from './html.ts';
import { redirect, sendPage } from './respond.ts';
import type { SessionCookie } from './session-cookie.ts';
import { shell, type Place, type Visitor } from './shell.ts';
import { signInPath } from './sign-in.ts';
import { VARIANT_PAGES } from './variant/variant-pages.ts';
import type { Answer, ConsoleServices, Page, PageAnswer, Visit } from './visit.ts';

export const PAGES_PATH = '/graphs/';

/** Below /graphs/: the console, and JSON of what rover's output leads to for who accepts no pages. */
export function pagesRoute(services: ConsoleServices, cookie: SessionCookie): RouteHandler {
  const findVisitor = async (request: IncomingMessage): Promise<Visitor | undefined> => {
    const key = request.headers['x-api-key'];
    if (typeof key === 'string') {
      const viewer = await services.admission.byKey(request, key);
      return viewer && { viewer, formToken: undefined };
    }
    return services.admission.bySession(request, cookie.read(request));
  };
  return async (request, response, url) => {
    const wantsPage = (request.headers.accept ?? '').includes('text/html');
    const visitor = await findVisitor(request);
    if (visitor === undefined) {
      if (wantsPage) askWho(request, response, url);
      else sendJson(response, 401, errorBody('UNAUTHENTICATED', 'Send an API key, as x-api-key.'));
      return;
    }
    const target = readTarget(decode(url.pathname));
    const place: Place = {
      graphId: visitor.viewer.graphId,
      section: '',
      ...(target !== undefined && mayRead(visitor.viewer, target.ref) ? target.ref : {}),
    };
    let answer: Answer;
    try {
      answer =
        target && mayRead(visitor.viewer, target.ref)
          ? await answerTo(request, target, visitor, url)
          : undefined;
    } catch (error) {
      if (!(error instanceof ClientError) || !wantsPage) throw error;
      answer = problemPage(error);
    }
    send({ response, url, visitor, place, wantsPage, explorerUrl: services.explorerUrl }, answer);
  };

  async function answerTo(
    request: IncomingMessage,
    { ref, rest }: Target,
    visitor: Visitor,
    url: URL,
  ): Promise<Answer> {
    const { graphId, variant } = ref;
    const base = `${PAGES_PATH}${graphId}${variant === undefined ? '' : `@${variant}`}`;
    const visit = { services, visitor, url, graphId, base };
    return variant === undefined
      ? answerOf(GRAPH_PAGES, visit, rest, request)
      : answerOf(VARIANT_PAGES, { ...visit, ref: { graphId, variant } }, rest, request);
  }
}

async function answerOf<V extends Visit>(
  pages: readonly Page<V>[],
  visit: V,
  path: string,
  request: IncomingMessage,
): Promise<Answer> {
  for (const page of pages) {
    const parts = page.path.exec(path)?.slice(1);
    if (parts === undefined) continue;
    if (request.method !== 'POST') return page.show(visit, parts);
    const { formToken } = visit.visitor;
    const form = await readForm(request);
    // Who sends a key has the platform API; forms are for people.
    if (page.act === undefined || formToken === undefined) return undefined;
    assertFormToken(form, formToken);
    return page.act(visit, parts, form);
  }
  return undefined;
}

interface Target {
  readonly ref: { readonly graphId: string; readonly variant?: string };
  /** What follows. */
  readonly rest: string;
}

/** `/graphs/shop` is a graph, `/graphs/shop@current` a variant of it. */
function readTarget(path: string): Target | undefined {
  const [, text = '', rest = ''] = /^\/graphs\/([^/]+)(.*)$/.exec(path) ?? [];
  const ref: GraphRef | undefined = parseGraphRef(text);
  if (ref === undefined) return undefined;
  return { ref: text.includes('@') ? ref : { graphId: ref.graphId }, rest: rest.replace(/\/$/, '') };
}

/** A link from another site comes without the session's cookie; from here, the browser goes on with it. */
function askWho(request: IncomingMessage, response: ServerResponse, url: URL): void {
  const path = `${url.pathname}${url.search}`;
  if (request.headers['sec-fetch-site'] === 'cross-site') {
    const page = shell({
      title: 'One moment',
      place: undefined,
      visitor: undefined,
      explorerUrl: undefined,
      content: html`<p><a href="${path}">Go on to the console</a></p>`,
    });
    sendPage(response, 200, page, { refresh: `0; url=${path}` });
    return;
  }
  redirect(response, signInPath(path));
}

const problemPage = (error: ClientError): PageAnswer => ({
  title: error instanceof UnknownKeyError ? 'Signed out' : 'This cannot be done',
  section: 'none',
  status: error.status,
  content: html`<p class="notice failed" role="alert">${error.message}</p>`,
});

interface Reply {
  readonly response: ServerResponse;
  readonly url: URL;
  readonly visitor: Visitor;
  readonly place: Place;
  readonly wantsPage: boolean;
  readonly explorerUrl: string | undefined;
}

function send({ response, url, visitor, place, wantsPage, explorerUrl }: Reply, answer: Answer): void {
  if (answer !== undefined && 'redirect' in answer) {
    redirect(response, answer.redirect);
    return;
  }
  if (!wantsPage && (answer === undefined || answer.json !== undefined)) {
    if (answer === undefined)
      sendJson(response, 404, errorBody('NOT_FOUND', `There is nothing at ${url.pathname}.`));
    else sendJson(response, 200, answer.json);
    return;
  }
  const { title, parent, section, content, status = 200 } = answer ?? NOTHING;
  const page = shell({ title, parent, content, visitor, explorerUrl, place: { ...place, section } });
  sendPage(response, status, page);
}

const NOTHING: PageAnswer = {
  title: 'There is nothing here',
  section: 'none',
  status: 404,
  content: html`<p class="lead">It may have been deleted, or be of another graph than your API key.</p>`,
};

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return '';
  }
}
