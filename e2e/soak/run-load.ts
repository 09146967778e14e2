import { setTimeout as delay } from 'node:timers/promises';
import { ask } from './ask.ts';
import { checkAnswer, type Answer, type Verdict } from './check-answer.ts';
import { executeAsOne, type Execution } from './graph/monolith.ts';
import type { Operation } from './operations.ts';
import type { Outages } from './outages.ts';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';

const CLIENTS = 8;
/** A client thinks for a moment: a load that leaves no processor for anything else tests the machine. */
const MAX_PAUSE_MS = 10;

export interface LoadOptions {
  readonly url: string;
  readonly nextOperation: () => Operation;
  readonly outages: Outages;
  readonly tally: Tally;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** Clients with one request each at a time, until `signal`; every request that was sent is answered then. */
export async function runLoad(options: LoadOptions): Promise<void> {
  const { nextOperation, random, signal } = options;
  const expectedOf = createExpectations();
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (!signal.aborted) {
      await askAndCheck(nextOperation(), expectedOf, options);
      await delay(random(MAX_PAUSE_MS));
    }
  });
  await Promise.all(clients);
}

/** Asks each operation once. */
export async function runOnce(
  operations: readonly Operation[],
  options: Pick<LoadOptions, 'url' | 'outages' | 'tally'>,
): Promise<void> {
  for (const operation of operations) await askAndCheck(operation, executeAsOne, options);
}

async function askAndCheck(
  operation: Operation,
  expectedOf: (operation: Operation) => Execution,
  { url, outages, tally }: Pick<LoadOptions, 'url' | 'outages' | 'tally'>,
): Promise<void> {
  const expected = expectedOf(operation);
  const startedAt = performance.now();
  let answer: Answer;
  try {
    answer = await ask(url, operation);
  } catch (error) {
    tally.add(operation, noAnswer(error, expected), undefined);
    return;
  }
  const down = outages.during(startedAt, performance.now());
  tally.add(operation, checkAnswer(operation, expected, answer, down), answer);
}

/** Node's fetch hides in the cause what happened. */
function noAnswer(error: unknown, expected: Execution): Verdict {
  const { message, cause } = error as Error;
  const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
  return { kind: 'wrong', reason: `no answer: ${reason}`, expected: { data: expected.data } };
}

/** Remembers the answers to operations that come again. */
function createExpectations(): (operation: Operation) => Execution {
  const known = new Map<string, Execution>();
  return (operation) => {
    if (operation.isNew) return executeAsOne(operation);
    const key = `${operation.name} ${JSON.stringify(operation.variables)}`;
    let expected = known.get(key);
    if (expected === undefined) known.set(key, (expected = executeAsOne(operation)));
    return expected;
  };
}
