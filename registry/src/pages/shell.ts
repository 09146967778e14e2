import { administers } from '../access/assert-administers.ts';
import type { Viewer } from '../access/viewer.ts';
import { stylePath, scriptPath } from './assets.ts';
import { html, type Html } from './html.ts';

/** Who looks at a page. */
export interface Visitor {
  readonly viewer: Viewer;
  /** Undefined: they sent a key instead of signing in, and forms are not for them. */
  readonly formToken: string | undefined;
}

export interface Place {
  readonly graphId: string;
  readonly variant?: string | undefined;
  /** Path of the section, below that of the variant or of the graph. */
  readonly section: string;
}

export interface ShellOptions {
  readonly title: string;
  /** Above the title: where it belongs to. */
  readonly parent?: { readonly title: string; readonly path: string } | undefined;
  readonly content: Html;
  readonly place: Place | undefined;
  readonly visitor: Visitor | undefined;
  readonly explorerUrl: string | undefined;
}

const VARIANT_SECTIONS = [
  ['', 'Overview'],
  ['/schema', 'Graph'],
  ['/subgraphs', 'Subgraphs'],
  ['/fields', 'Fields'],
  ['/operations', 'Operations'],
  ['/clients', 'Clients'],
  ['/checks', 'Checks'],
  ['/launches', 'Launches'],
] as const;

const LOGO = html`<svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
  <path
    d="M4 6c8 0 10 9 12 13M28 6c-8 0-10 9-12 13M16 6v24"
    fill="none"
    stroke="currentColor"
    stroke-width="4"
    stroke-linecap="round"
  />
</svg>`;

const ICON =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><path d='M4 6c8 0 10 9 12 13M28 6c-8 0-10 9-12 13M16 6v24' fill='none' stroke='%230f766e' stroke-width='4' stroke-linecap='round'/></svg>";

/** A whole page of the console. */
export const shell = ({ title, parent, content, place, visitor, explorerUrl }: ShellOptions): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}${place === undefined ? '' : ` - ${nameOf(place)}`} - Tributary</title>
        <link rel="icon" href="${ICON}" />
        <link rel="stylesheet" href="${stylePath}" />
        <script src="${scriptPath}" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="bar">
          <a class="brand" href="/">${LOGO} Tributary</a>
          ${place === undefined ? undefined : crumbs(place)}
          <div class="bar-end">
            ${explorerUrl === undefined ? undefined : html`<a href="${explorerUrl}">Explorer</a>`}
            ${visitor === undefined ? undefined : signedIn(visitor)}
          </div>
        </header>
        <div class="frame">
          ${place === undefined ? undefined : navigation(place, visitor)}
          <main id="main" tabindex="-1">
            ${parent === undefined ? undefined : html`<p class="parent"><a href="${parent.path}">${parent.title}</a></p>`}
            <h1>${title}</h1>
            ${content}
          </main>
        </div>
      </body>
    </html> `.text;

const nameOf = ({ graphId, variant }: Place): string =>
  variant === undefined ? graphId : `${graphId}@${variant}`;

const crumbs = ({ graphId, variant }: Place): Html =>
  html`<p class="crumbs">
    <a href="/graphs/${graphId}">${graphId}</a>${
      variant === undefined
        ? undefined
        : html`<span aria-hidden="true"> / </span><a href="/graphs/${graphId}@${variant}">${variant}</a>`
    }
  </p>`;

const signedIn = ({ viewer, formToken }: Visitor): Html =>
  html`<span class="who"><span class="hidden-text">Signed in with the key </span>${viewer.keyName}</span>${
      formToken === undefined
        ? undefined
        : html`<form method="post" action="/sign-out">
            ${tokenField(formToken)}<button class="quiet">Sign out</button>
          </form>`
    }`;

/** Has to be in every form: a page of another origin cannot know it. */
export const tokenField = (formToken: string): Html =>
  html`<input type="hidden" name="token" value="${formToken}" />`;

function navigation(place: Place, visitor: Visitor | undefined): Html {
  const { graphId, variant, section } = place;
  const link = (path: string, text: string, isCurrent: boolean): Html =>
    html`<li><a href="${path}" ${isCurrent ? html` aria-current="page"` : undefined}>${text}</a></li>`;
  const ofVariant = (name: string): Html =>
    html`<h2 id="nav-variant">${name}</h2>
      <ul aria-labelledby="nav-variant">
        ${VARIANT_SECTIONS.map(([path, text]) =>
          link(`/graphs/${graphId}@${name}${path}`, text, section === path),
        )}
      </ul>`;
  const isGraph = variant === undefined;
  const mayManage = visitor !== undefined && administers(visitor.viewer);
  return html`<nav class="side" aria-label="Console">
    ${isGraph ? undefined : ofVariant(variant)}
    <h2 id="nav-graph">${graphId}</h2>
    <ul aria-labelledby="nav-graph">
      ${link(`/graphs/${graphId}`, 'Variants', isGraph && section === '')}
      ${mayManage ? link(`/graphs/${graphId}/keys`, 'API keys', isGraph && section === '/keys') : undefined}
      ${mayManage ? link(`/graphs/${graphId}/activity`, 'Activity', isGraph && section === '/activity') : undefined}
    </ul>
  </nav>`;
}
