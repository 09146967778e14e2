import type { Routes } from '@tributary/service-kit';
import { ASSETS_PATH, assetsRoute } from './assets.ts';
import { assertFormToken, readForm } from './form.ts';
import { PAGES_PATH, pagesRoute } from './pages-route.ts';
import { redirect } from './respond.ts';
import { createSessionCookie } from './session-cookie.ts';
import { signInPath, signInRoute } from './sign-in.ts';
import type { ConsoleServices } from './visit.ts';

/**
 * The console: pages made here, with a style sheet and a script of its own and nothing from elsewhere.
 *
 * @param isSecure Whether people reach it by HTTPS.
 */
export async function consoleRoutes(services: ConsoleServices, isSecure: boolean): Promise<Routes> {
  const { keys, sessions } = services;
  const cookie = createSessionCookie(isSecure);
  return {
    '/': async (request, response) => {
      const session = await sessions.find(cookie.read(request) ?? '');
      redirect(response, session === undefined ? signInPath('/') : `${PAGES_PATH}${session.viewer.graphId}`);
    },
    '/sign-in': signInRoute({ keys, sessions, cookie }),
    '/sign-out': async (request, response) => {
      const token = cookie.read(request) ?? '';
      const session = request.method === 'POST' ? await sessions.find(token) : undefined;
      // Only who is signed in: a link from elsewhere must not sign people out.
      if (session === undefined) {
        redirect(response, '/');
        return;
      }
      assertFormToken(await readForm(request), session.formToken);
      await sessions.end(token);
      redirect(response, '/sign-in', { 'set-cookie': cookie.clear() });
    },
    [ASSETS_PATH]: await assetsRoute(),
    [PAGES_PATH]: pagesRoute(services, cookie),
  };
}
