import type { RouteHandler } from '@tributary/service-kit';
import { RequestRateLimitedError } from '../access/rate-limiter.ts';
import { html } from './html.ts';
import { sendPage } from './respond.ts';
import { shell } from './shell.ts';

/** Has people who ask too often read a page that says so; programs get the error as it is. */
export const sayWait =
  (route: RouteHandler): RouteHandler =>
  async (request, response, url) => {
    try {
      await route(request, response, url);
    } catch (error) {
      const wantsPage = (request.headers.accept ?? '').includes('text/html');
      if (!(error instanceof RequestRateLimitedError) || !wantsPage) throw error;
      const page = shell({
        title: 'Wait a moment',
        place: undefined,
        visitor: undefined,
        explorerUrl: undefined,
        content: html`<p class="notice failed" role="alert">${error.message}</p>`,
      });
      // What was not read of a form would be taken for the next request.
      sendPage(response, error.status, page, {
        'retry-after': String(error.retryAfterSeconds),
        connection: 'close',
      });
    }
  };
