/**
 * A pool whose connections tell an outage of the store from a fault of a statement. Done here, below everything, so
 * that no store, route or worker has to; what is neither is handed on as it is, since stores read its code.
 */
import pg from 'pg';
import { createPreparedStatements, isOutdatedPlan, type PreparedStatements } from './prepared-statements.ts';
import { RoundTrip, type TripOutcome } from './round-trip.ts';
import type { Travel } from './turns.ts';
import { StoreUnavailableError, type StoreProblem } from '../store-unavailable-error.ts';

/**
 * Refusals that undo the statement and its transaction. Not here: what ends a connection (class 08, 57P01, 57P02),
 * because a COMMIT whose answer is lost may have happened.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const PROBLEMS: Readonly<Record<string, StoreProblem>> = {
  '25006': 'readOnly',
  '53100': 'full',
  '53200': 'outOfMemory',
  '57014': 'tooSlow',
};

/** Of connections that were refused. Whatever else it was, nothing has been asked yet. */
const CONNECT_PROBLEMS: Readonly<Record<string, StoreProblem>> = {
  ...PROBLEMS,
  '53300': 'outOfConnections',
};

type Callback = (error: unknown, ...rest: unknown[]) => void;
type Method = (...args: unknown[]) => unknown;

const NAME = 'PostgreSQL';
const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code);

function describeStatementError(error: unknown): unknown {
  const problem = PROBLEMS[codeOf(error)];
  return problem === undefined ? error : new StoreUnavailableError(NAME, problem, error);
}

function describeConnectError(error: unknown): unknown {
  return new StoreUnavailableError(NAME, CONNECT_PROBLEMS[codeOf(error)] ?? 'unreachable', error);
}

/** The method with other errors, whether it was given a callback, as pg's pool does, or answers a promise. */
function withErrors(method: Method, describe: (error: unknown) => unknown): Method {
  return (...args) => {
    const callback = args.at(-1);
    if (typeof callback === 'function')
      return method(...args.slice(0, -1), (error: unknown, ...rest: unknown[]) => {
        (callback as Callback)(error ? describe(error) : error, ...rest);
      });
    const result = method(...args);
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw describe(error);
    });
  };
}

/** The method with named statements in place of texts with parameters. */
function prepared(method: Method, statements: PreparedStatements): Method {
  return (text, values, ...rest) => {
    if (typeof text !== 'string' || !Array.isArray(values)) return method(text, values, ...rest);
    const name = statements.nameOf(text);
    if (name === undefined) return method(text, values, ...rest);
    return withErrors(method, (error) => {
      if (isOutdatedPlan(error)) statements.forget(text);
      return error;
    })({ name, text, values }, ...rest);
  };
}

/** How a connection that prepares does many statements in one round trip; undefined for others. */
export const travelOf = (client: pg.ClientBase): Travel | undefined => (client as { travel?: Travel }).travel;

function clientClass(statements: PreparedStatements | undefined): typeof pg.Client {
  return class StoreClient extends pg.Client {
    readonly travel: Travel | undefined;

    constructor(options?: pg.ClientConfig) {
      super(options);
      const query = this.query.bind(this) as Method;
      const asked = statements === undefined ? query : prepared(query, statements);
      this.query = withErrors(asked, describeStatementError) as pg.Client['query'];
      this.travel = statements && travelOn(query, statements);
    }
  };
}

const travelOn =
  (query: Method, statements: PreparedStatements): Travel =>
  async (asked) => {
    const named = asked.map(({ text, values }) => ({ name: statements.nameOf(text), text, values }));
    const outcome = await new Promise<TripOutcome>((settle) => query(new RoundTrip(named, settle)));
    const failed = asked[outcome.results.length];
    if (failed === undefined) return outcome;
    if (isOutdatedPlan(outcome.error)) statements.forget(failed.text);
    return { ...outcome, error: describeStatementError(outcome.error) };
  };

export class StorePool extends pg.Pool {
  /** @param prepares Whether connections keep what they have planned: see `PoolOptions`. */
  constructor(options: pg.PoolConfig, prepares: boolean) {
    super({ ...options, Client: clientClass(prepares ? createPreparedStatements() : undefined) });
    this.connect = withErrors(this.connect.bind(this), describeConnectError) as pg.Pool['connect'];
    if (prepares) this.query = askedAgain(this.query.bind(this)) as pg.Pool['query'];
  }
}

/** The method, asked a second time when the first did nothing but find an outdated plan. */
function askedAgain(method: Method): Method {
  return async (...args) => {
    try {
      return await method(...args);
    } catch (error) {
      if (!isOutdatedPlan(error)) throw error;
      return method(...args);
    }
  };
}
