import { DependencyUnavailableError } from '@tributary/service-kit';

/** What a store suffers from, and what its operators do about it. */
const PROBLEMS = {
  full: 'has no disk space left: give its volume more, or remove what fills it',
  outOfMemory: 'has no memory left: give it more, or have fewer connections and smaller statements',
  outOfConnections: 'has no connection left: allow more, or run fewer instances of services',
  readOnly:
    'takes no writes: it is a replica, or its disk is nearly full; connect to the writer, or give it space',
  tooSlow: 'took longer than a statement may: look for locks and for what else it does',
  unreachable:
    'gives no connection: see whether it runs, whether address and password still hold, and what its connections wait for',
} as const;

export type StoreProblem = keyof typeof PROBLEMS;

/**
 * A store refused, or could not be asked: what it was asked for has not happened, so a caller may ask again.
 * The message is for operators; docs/runbooks/store-unavailable.md goes on from there.
 */
export class StoreUnavailableError extends DependencyUnavailableError {
  readonly problem: StoreProblem;
  constructor(store: string, problem: StoreProblem, cause: unknown) {
    super(store, cause, PROBLEMS[problem]);
    this.problem = problem;
  }
}
