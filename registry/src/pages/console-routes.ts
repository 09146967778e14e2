import type { Routes } from '@tributary/service-kit';
import { ASSETS_PATH, assetsRoute } from './assets.ts';
import { assertFormToken, readForm } from './form.ts';
import { PAGES_PATH, pagesRoute } from './pages-route.ts';
import { redirect } from './respond.ts';
import { sayWait } from './say-wait.ts';
import { createSessionCookie } from './session-cookie.ts';
import { signInPath, signInRoute } from './sign-in.ts';
import type { ConsoleServices } from './visit.ts';

/**
 * The console: pages made here, with a style sheet and a script of its own and nothing from elsewhere.
 *
 * @param isSecure Whether people reach it by HTTPS.
 */
export async function consoleRoutes(services: ConsoleServices, isSecure: boolean): Promise<Routes> {
  const { admission, sessions } = services;
  const cookie = createSessionCookie(isSecure);
  return {
    '/': sayWait(async (request, response) => {
      const session = await admission.bySession(request, cookie.read(request));
      redirect(response, session === undefined ? signInPath('/') : `${PAGES_PATH}${session.viewer.graphId}`);
    }),
    '/sign-in': sayWait(signInRoute({ admission, sessions, cookie })),
    '/sign-out': sayWait(async (request, response) => {
      const token = cookie.read(request);
      const session = request.method === 'POST' ? await admission.bySession(request, token) : undefined;
      // Only who is signed in: a link from elsewhere must not sign people out.
      if (session === undefined || token === undefined) {
        redirect(response, '/');
        return;
      }
      assertFormToken(await readForm(request), session.formToken);
      await sessions.end(token);
      redirect(response, '/sign-in', { 'set-cookie': cookie.clear() });
    }),
    [ASSETS_PATH]: await assetsRoute(),
    // Where `rover subgraph list` sends people: Apollo Studio's path of a graph.
    '/graph/': (_request, response, { pathname }) => {
      const [, graphId] = /^\/graph\/([\w-]+)/.exec(pathname) ?? [];
      redirect(response, graphId === undefined ? '/' : `${PAGES_PATH}${graphId}`);
    },
    [PAGES_PATH]: sayWait(pagesRoute(services, cookie)),
  };
}
