import { DependencyUnavailableError, type RouteHandler, type Routes } from '@tributary/service-kit';

/** The registry's database is away, or went away in the middle: what was asked for was done whole, or not at all. */
export class DatabaseUnavailableError extends DependencyUnavailableError {
  override readonly publicMessage =
    "The registry's database is not answering. Try again in a moment: what was saved already is not saved twice.";
  constructor(cause: unknown) {
    super("the registry's database", cause);
  }
}

/** Of Node's sockets. */
const UNREACHABLE = /^(ECONN|EPIPE|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)/;
/** connection_exception, too_many_connections, and the server's own end and start (admin_shutdown to cannot_connect_now). */
const AWAY = /^(08|53300|57P0)/;
/** pg has no codes for these. */
const LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** What to tell of an error: that the database is away if that is what it means, otherwise the error itself. */
export function describeDatabaseError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  const isAway =
    typeof code === 'string' ? UNREACHABLE.test(code) || AWAY.test(code) : LOST.test(error.message);
  return isAway ? new DatabaseUnavailableError(error) : error;
}

/** Routes that say so when the database is away. */
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
