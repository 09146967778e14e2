/**
 * A pool whose connections tell an outage of the store from a fault of a statement. Done here, below everything, so
 * that no store, route or worker has to; what is neither is handed on as it is, since stores read its code.
 */
import pg from 'pg';
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

class StoreClient extends pg.Client {
  constructor(options?: pg.ClientConfig) {
    super(options);
    this.query = withErrors(this.query.bind(this), describeStatementError) as pg.Client['query'];
  }
}

export class StorePool extends pg.Pool {
  constructor(options: pg.PoolConfig) {
    super({ ...options, Client: StoreClient });
    this.connect = withErrors(this.connect.bind(this), describeConnectError) as pg.Pool['connect'];
  }
}
