import type pg from 'pg';
import type { TripOutcome } from './round-trip.ts';

export interface Asked {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Does all of them in one round trip, up to the first that fails. */
export type Travel = (statements: readonly Asked[]) => Promise<TripOutcome>;

/** The statements of one transaction. What is asked for in one turn of the event loop, or while a trip lasts, is one trip. */
export interface Turns {
  /** Rejects with what the transaction failed of, also when that was another statement. */
  query(text: string, values?: readonly unknown[]): Promise<pg.QueryResult>;
  /** Sends the commit with what is asked for in this turn; all that is asked for later is refused. */
  commitWithThisTurn(): void;
  /** Commits, unless that was asked for already, and waits until it is done. */
  commit(): Promise<void>;
  /** From now on all that is asked for is refused. */
  end(): void;
}

interface Waiting extends Asked {
  readonly resolve: (result: pg.QueryResult) => void;
  readonly reject: (error: unknown) => void;
}

export function createTurns(travel: Travel): Turns {
  let waiting: Waiting[] = [];
  let isTravelling = false;
  let isOver = false;
  let ending: Waiting | undefined;
  let committed: Promise<unknown> | undefined;
  /** Throws what the transaction failed of. */
  let fail: (() => never) | undefined;

  const refuseAll = (error: unknown): void => {
    const refused = ending === undefined ? waiting : [...waiting, ending];
    waiting = [];
    ending = undefined;
    for (const { reject } of refused) reject(error);
  };
  const isAnythingAsked = (): boolean => waiting.length > 0 || ending !== undefined;
  const depart = async (): Promise<void> => {
    if (isOver) refuseAll(new Error('the transaction is over'));
    if (ending !== undefined) {
      isOver = true;
      waiting.push(ending);
      ending = undefined;
    }
    const trip = waiting;
    waiting = [];
    const { results, error } = trip.length === 0 ? { results: [], error: undefined } : await travel(trip);
    for (const [index, { resolve, reject }] of trip.entries()) {
      const result = results[index];
      if (result === undefined) reject(error);
      else resolve(result);
    }
    if (results.length < trip.length) {
      fail = () => {
        throw error;
      };
      refuseAll(error);
    }
    isTravelling = false;
    if (isAnythingAsked()) departSoon();
  };
  const departSoon = (): void => {
    if (isTravelling) return;
    isTravelling = true;
    // After whatever else this turn, and what it has resolved, still asks for.
    process.nextTick(() => void depart());
  };
  const ask = (text: string, values: readonly unknown[], push: (asked: Waiting) => void) =>
    new Promise<pg.QueryResult>((resolve, reject) => {
      push({ text, values, resolve, reject });
      departSoon();
    });
  const turns: Turns = {
    query: async (text, values = []) => {
      if (isOver) throw new Error('the transaction is over');
      fail?.();
      return ask(text, values, (asked) => waiting.push(asked));
    },
    commitWithThisTurn: () => {
      if (committed !== undefined) return;
      const askForCommit = async (): Promise<void> => {
        fail?.();
        await ask('COMMIT', [], (asked) => (ending = asked));
      };
      committed = askForCommit();
      // Whoever waits for the statements hears of it too.
      committed.catch(() => undefined);
    },
    commit: async () => {
      turns.commitWithThisTurn();
      await committed;
    },
    end: () => (isOver = true),
  };
  return turns;
}
