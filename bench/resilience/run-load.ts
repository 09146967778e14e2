import { setTimeout as sleep } from 'node:timers/promises';
import { ExpectedError } from '../expected-error.ts';
import type { SubgraphName } from '../subgraphs/shop.ts';
import type { Clients } from './clients.ts';
import type { Reply } from './connection.ts';
import { hasTheRest, OPERATIONS, touches, type Data, type Operation } from './operations.ts';

/** What became of one request. Not its answer: thousands of those would be the collector's, beside what is measured. */
export interface Outcome extends Worth {
  readonly operation: Operation;
  /** When it was due, in milliseconds of `performance.now()`. */
  readonly dueMs: number;
  /** From then to the last byte of the answer. */
  readonly latencyMs: number;
}

/** What an answer is worth. */
interface Worth {
  readonly isRight: boolean;
  /** Right, or all is there that can be while the subgraph of the trial fails. */
  readonly isAsGoodAsCanBe: boolean;
}

/** More would only fill memory: the rate is not sustained then. */
const MAX_IN_FLIGHT = 20_000;

export interface Load {
  readonly outcomes: readonly Outcome[];
  /** Sends no more, and waits for what is on its way. */
  stop(): Promise<void>;
}

/**
 * Open loop: all operations in turn, at a fixed rate, whether or not earlier ones are answered.
 *
 * @param failing The subgraph that fails at some time.
 */
export function startLoad(clients: Clients, ratePerSecond: number, failing: SubgraphName): Load {
  const outcomes: Outcome[] = [];
  const worthOf = createWorthReader(failing);
  const control = { isStopped: false };
  let inFlight = 0;
  const begunMs = performance.now();
  const send = (index: number): void => {
    const operation = OPERATIONS[index % OPERATIONS.length];
    if (operation === undefined) return;
    const dueMs = begunMs + (index * 1_000) / ratePerSecond;
    inFlight += 1;
    clients.send(operation, (reply) => {
      const latencyMs = performance.now() - dueMs;
      inFlight -= 1;
      outcomes.push({ operation, dueMs, latencyMs, ...worthOf(operation, reply) });
    });
  };
  const running = (async () => {
    for (let sent = 0; !control.isStopped;) {
      const due = Math.floor(((performance.now() - begunMs) * ratePerSecond) / 1_000) + 1;
      for (; sent < due; sent += 1) {
        if (inFlight >= MAX_IN_FLIGHT)
          throw new ExpectedError(
            `${ratePerSecond} requests/s are more than can be asked here: give --rate a lower one.`,
          );
        send(sent);
      }
      await sleep(1);
    }
    while (inFlight > 0) await sleep(10);
  })();
  running.catch(() => undefined);
  return {
    outcomes,
    stop: async () => {
      control.isStopped = true;
      await running;
    },
  };
}

/** Answers per second that so many clients get, each of which asks again when it is answered. */
export async function measureSaturation(clients: Clients, count: number, seconds: number): Promise<number> {
  const endMs = performance.now() + seconds * 1_000;
  let answers = 0;
  const client = async (first: number): Promise<void> => {
    for (let index = first; performance.now() < endMs; index += 1) {
      const operation = OPERATIONS[index % OPERATIONS.length];
      if (operation !== undefined && (await clients.ask(operation))?.status === 200) answers += 1;
    }
  };
  await Promise.all(Array.from({ length: count }, (_, index) => client(index)));
  return answers / seconds;
}

export const isRight = (reply: Reply | undefined): boolean =>
  reply !== undefined && readAnswer(reply)?.isComplete === true;

const MOST_KNOWN_TEXTS = 1_000;
const NO_ANSWER: Worth = { isRight: false, isAsGoodAsCanBe: false };

/** Every answer is looked at, but a text that was read once need not be read again. */
function createWorthReader(failing: SubgraphName): (operation: Operation, reply: Reply | undefined) => Worth {
  const known = new Map(OPERATIONS.map((operation) => [operation, new Map<string, Worth>()]));
  const read = (operation: Operation, reply: Reply): Worth => {
    const answer = readAnswer(reply);
    if (answer === undefined) return NO_ANSWER;
    const { isComplete, data } = answer;
    const hasRest = touches(operation, failing) && hasTheRest(operation, failing, data);
    return { isRight: isComplete, isAsGoodAsCanBe: isComplete || hasRest };
  };
  return (operation, reply) => {
    if (reply?.status !== 200) return NO_ANSWER;
    const texts = known.get(operation);
    const found = texts?.get(reply.body);
    if (found !== undefined) return found;
    const worth = read(operation, reply);
    if (texts !== undefined && texts.size < MOST_KNOWN_TEXTS) texts.set(reply.body, worth);
    return worth;
  };
}

/** @returns undefined for what is no answer of GraphQL. */
function readAnswer({
  status,
  body,
}: Reply): { readonly data: Data; readonly isComplete: boolean } | undefined {
  if (status !== 200) return undefined;
  try {
    const { data, errors } = JSON.parse(body) as { data?: Data | null; errors?: unknown };
    return data === undefined ? undefined : { data: data ?? {}, isComplete: errors === undefined };
  } catch {
    return undefined;
  }
}
