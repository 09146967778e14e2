import type { RouteHandler } from '@tributary/service-kit';
import type { Admission } from '../access/admission.ts';
import type { SessionStore } from '../access/session-store.ts';
import { readForm } from './form.ts';
import { html, type Html } from './html.ts';
import { redirect, sendPage } from './respond.ts';
import type { SessionCookie } from './session-cookie.ts';
import { shell } from './shell.ts';

export interface SignInOptions {
  readonly admission: Admission;
  readonly sessions: SessionStore;
  readonly cookie: SessionCookie;
}

/** Where to sign in for the page `path`. */
export const signInPath = (path: string): string => `/sign-in?next=${encodeURIComponent(path)}`;

/** A path of the console, whatever an address says; `//elsewhere` is none. */
const safePath = (path: string | null): string =>
  path !== null && /^\/graphs\/[\x21-\x5b\x5d-\x7e]*$/.test(path) ? path : '/';

/** GET shows the form, POST signs in: a key is shown once, and the browser holds a session instead of it from then on. */
export function signInRoute({ admission, sessions, cookie }: SignInOptions): RouteHandler {
  return async (request, response, url) => {
    const next = safePath(url.searchParams.get('next'));
    if (request.method !== 'POST') {
      sendPage(response, 200, signInPage(next, undefined));
      return;
    }
    const form = await readForm(request);
    const viewer = await admission.signingIn(request, (form.get('key') ?? '').trim());
    if (viewer === undefined) {
      sendPage(
        response,
        401,
        signInPage(next, 'This registry knows no such API key. It may have been deleted.'),
      );
      return;
    }
    redirect(response, next, { 'set-cookie': cookie.set(await sessions.begin(viewer)) });
  };
}

const signInPage = (next: string, problem: string | undefined): string =>
  shell({
    title: 'Sign in',
    place: undefined,
    visitor: undefined,
    explorerUrl: undefined,
    content: html`<p class="lead">The console shows what an API key may see.</p>
      <form method="post" action="/sign-in?next=${encodeURIComponent(next)}" class="panel narrow">
        ${problem === undefined ? undefined : alert(problem)}
        <div class="field">
          <label for="key">API key</label
          ><input
            id="key"
            name="key"
            type="password"
            required
            autofocus
            autocomplete="current-password"
            spellcheck="false"
            ${problem === undefined ? undefined : html` aria-invalid="true" aria-describedby="problem"`}
          />
        </div>
        <div class="actions"><button>Sign in</button></div>
      </form>
      <p class="note">
        <code>npm start</code> keeps one in <code>.data/registry-api-key</code>. Elsewhere, whoever runs the
        registry makes the first with <code>main.ts create-key</code>, and administrators make more on the
        page "API keys".
      </p>`,
  });

const alert = (problem: string): Html =>
  html`<p id="problem" class="notice failed" role="alert">${problem}</p>`;
