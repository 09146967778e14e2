import { DependencyUnavailableError, type RouteHandler, type Routes } from '@tributary/service-kit';

/** The registry's database went away in the middle: what was asked for was done whole, or not at all. */
export class DatabaseUnavailableError extends DependencyUnavailableError {
  override readonly publicMessage =
    "The registry's database is not answering. Try again in a moment: what was saved already is not saved twice.";
  constructor(cause: unknown) {
    super("the registry's database", cause);
  }
}

/**
 * Of Node's sockets, and by PostgreSQL: connection_exception, the server's own end. What never got a connection the pool
 * has named already (StoreUnavailableError).
 */
const ENDED = /^(ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|08|57P0)/;
/** pg has no codes for these. */
const LOST = /^(Connection terminated|Client has encountered a connection error)/;

/** What to tell of an error: that the database went away if that is what it means, otherwise the error itself. */
export function describeDatabaseError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  const isLost = typeof code === 'string' ? ENDED.test(code) : LOST.test(error.message);
  return isLost ? new DatabaseUnavailableError(error) : error;
}

/** Routes that say so. */
export function withDatabaseErrors(routes: Routes): Routes {
  const wrap =
    (route: RouteHandler): RouteHandler =>
    async (request, response, url) => {
      try {
        await route(request, response, url);
      } catch (error) {
        throw describeDatabaseError(error);
      }
    };
  return Object.fromEntries(Object.entries(routes).map(([path, route]) => [path, wrap(route)]));
}
