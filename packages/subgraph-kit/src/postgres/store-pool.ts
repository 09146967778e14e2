/**
 * A pool whose connections tell an outage of the store from a fault of a statement. Done here, below everything, so
 * that no store, route or worker has to; what is neither is handed on as it is, since stores read its code.
 */
import type { Writable } from 'node:stream';
import pg from 'pg';
import { createPreparedStatements, isOutdatedPlan, type PreparedStatements } from './prepared-statements.ts';
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
function withErrors(
  method: Method,
  describe: (error: unknown) => unknown,
  onSuccess: () => void = () => undefined,
): Method {
  return (...args) => {
    const callback = args.at(-1);
    if (typeof callback === 'function')
      return method(...args.slice(0, -1), (error: unknown, ...rest: unknown[]) => {
        if (!error) onSuccess();
        (callback as Callback)(error ? describe(error) : error, ...rest);
      });
    const result = method(...args);
    if (!(result instanceof Promise)) return result;
    return result.then(
      (value: unknown) => {
        onSuccess();
        return value;
      },
      (error: unknown) => {
        throw describe(error);
      },
    );
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

/**
 * What a statement says that was sent behind one that failed: that its transaction has failed, or that what would have
 * been prepared in it is not.
 */
const CONSEQUENCES: ReadonlySet<string> = new Set(['25P02', '26000']);

/** The method, which tells of each failure that follows from another what was the first: that one says why. */
function withCauses(method: Method): Method {
  let cause: unknown;
  return withErrors(
    method,
    (error) => {
      if (cause === undefined || !CONSEQUENCES.has(codeOf(error))) cause = error;
      return cause;
    },
    () => (cause = undefined),
  );
}

/**
 * The method, whose calls of one turn of the event loop are one write to the connection: each is a system call, and
 * wakes the server.
 */
function together(streamNow: () => Pick<Writable, 'cork' | 'uncork'>, method: Method): Method {
  let isCorked = false;
  return (...args) => {
    if (!isCorked) {
      isCorked = true;
      const stream = streamNow();
      stream.cork();
      process.nextTick(() => {
        isCorked = false;
        stream.uncork();
      });
    }
    return method(...args);
  };
}

function clientClass(statements: PreparedStatements | undefined): typeof pg.Client {
  return class StoreClient extends pg.Client {
    constructor(options?: pg.ClientConfig) {
      super(options);
      const query = this.query.bind(this) as Method;
      const asked =
        statements === undefined
          ? query
          : together(() => this.connection.stream, prepared(query, statements));
      this.query = withErrors(withCauses(asked), describeStatementError) as pg.Client['query'];
    }
  };
}

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
