import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { hasTheRest, OPERATIONS, touches, type Data, type Operation } from './operations.ts';
import { ExpectedError } from '../expected-error.ts';
import type { SubgraphName } from '../subgraphs/shop.ts';

/** What became of one request. Not its answer: thousands of those would be the collector's, beside what is measured. */
export interface Outcome {
  readonly operation: Operation;
  /** When it was due, in milliseconds of `performance.now()`. */
  readonly dueMs: number;
  /** From then to the last byte of the answer. */
  readonly latencyMs: number;
  readonly isRight: boolean;
  /** Right, or all is there that can be while the subgraph of the trial fails. */
  readonly isAsGoodAsCanBe: boolean;
}

interface Answer {
  readonly data: Data;
  readonly isComplete: boolean;
}

/** More would only fill memory: the rate is not sustained then. */
const MAX_IN_FLIGHT = 20_000;
const TIMEOUT_MS = 20_000;
/** As many as wait at most in a second and a half of a trial. */
const CONNECTIONS = 2_000;

export interface Load {
  readonly outcomes: readonly Outcome[];
  /** Sends no more, and waits for what is on its way. */
  stop(): Promise<void>;
}

export const createPool = (port: number): Pool =>
  new Pool(`http://127.0.0.1:${port}`, { connections: null, headersTimeout: TIMEOUT_MS });

let user = 0;

/** @returns undefined when there is no answer. */
export async function ask(pool: Pool, operation: Operation): Promise<Answer | undefined> {
  try {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/graphql',
      // Each is another user's, or equal ones would be answered once.
      headers: { 'content-type': 'application/json', authorization: `Bearer ${(user += 1)}` },
      body: JSON.stringify({ query: operation.query }),
    });
    const { data, errors } = JSON.parse(await body.text()) as { data?: Data | null; errors?: unknown };
    if (statusCode !== 200 || data === undefined) return undefined;
    return { data: data ?? {}, isComplete: errors === undefined };
  } catch {
    return undefined;
  }
}

/**
 * Each request of the load is another user's, and users have connections that they keep. Opened one for each that waits, they would
 * be what is measured: Node.js accepts one a turn of its event loop, and whoever waits for that makes others open more.
 */
export async function openConnections(pool: Pool): Promise<void> {
  const [operation] = OPERATIONS;
  if (operation !== undefined)
    await Promise.all(Array.from({ length: CONNECTIONS }, () => ask(pool, operation)));
}

/**
 * Open loop: all operations in turn, at a fixed rate, whether or not earlier ones are answered.
 *
 * @param failing The subgraph that fails at some time.
 */
export function startLoad(pool: Pool, ratePerSecond: number, failing: SubgraphName): Load {
  const outcomes: Outcome[] = [];
  const inFlight = new Set<Promise<void>>();
  const control = { isStopped: false };
  const begunMs = performance.now();
  const send = async (index: number): Promise<void> => {
    const operation = OPERATIONS[index % OPERATIONS.length];
    if (operation === undefined) return;
    const dueMs = begunMs + (index * 1_000) / ratePerSecond;
    const answer = await ask(pool, operation);
    const latencyMs = performance.now() - dueMs;
    const isRight = answer?.isComplete === true;
    const isAsGoodAsCanBe =
      isRight ||
      (answer !== undefined && touches(operation, failing) && hasTheRest(operation, failing, answer.data));
    outcomes.push({ operation, dueMs, latencyMs, isRight, isAsGoodAsCanBe });
  };
  const running = (async () => {
    for (let sent = 0; !control.isStopped;) {
      const due = Math.floor(((performance.now() - begunMs) * ratePerSecond) / 1_000) + 1;
      for (; sent < due; sent += 1) {
        if (inFlight.size >= MAX_IN_FLIGHT)
          throw new ExpectedError(
            `${ratePerSecond} requests/s are more than can be asked here: give --rate a lower one.`,
          );
        const sending = send(sent);
        inFlight.add(sending);
        void sending.finally(() => inFlight.delete(sending));
      }
      await sleep(1);
    }
    await Promise.all(inFlight);
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
export async function measureSaturation(pool: Pool, clients: number, seconds: number): Promise<number> {
  const endMs = performance.now() + seconds * 1_000;
  let answers = 0;
  const client = async (first: number): Promise<void> => {
    for (let index = first; performance.now() < endMs; index += 1) {
      const operation = OPERATIONS[index % OPERATIONS.length];
      if (operation !== undefined && (await ask(pool, operation))?.isComplete === true) answers += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  return answers / seconds;
}
