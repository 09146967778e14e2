import { setTimeout as delay } from 'node:timers/promises';
import { postGraphql } from '@tributary/testkit';

const WORKERS = 4;
const PAUSE_MS = 25;

/** A read of all three subgraphs, for a signed-in buyer. */
const OPERATION = `{
  viewer { displayName orders(first: 2) { nodes { number lines { product { title } } } } }
  productBySlug(slug: "trail-running-shoe") { title reviews(first: 2) { nodes { author { displayName } } } }
}`;

/** Asks once. @throws when the answer is not whole. */
export type Ask = () => Promise<void>;

export const askGateway =
  (gatewayUrl: string, accessToken: string): Ask =>
  async () => {
    const { errors, data } = await postGraphql(
      `${gatewayUrl}/graphql`,
      { query: OPERATION },
      { authorization: `Bearer ${accessToken}` },
    );
    if (errors !== undefined || data?.viewer == null) throw new Error(JSON.stringify(errors ?? data));
  };

/** As a gateway that starts does: the supergraph of today. */
export const askRegistry =
  (registryUrl: string, apiKey: string): Ask =>
  async () => {
    const response = await fetch(`${registryUrl}/supergraph/tributary@current`, {
      headers: { 'x-api-key': apiKey },
    });
    const text = await response.text();
    if (!response.ok || !text.includes('join__Graph'))
      throw new Error(`${response.status} ${text.slice(0, 200)}`);
  };

export interface Load {
  readonly answered: number;
  /** What was wrong with those that were not answered in full. */
  readonly failures: readonly string[];
}

/** Asks all the time while something is done. */
export async function underLoad(asks: readonly Ask[], work: () => Promise<void>): Promise<Load> {
  let running = true;
  let answered = 0;
  const failures: string[] = [];
  const repeat = async (ask: Ask): Promise<void> => {
    while (running) {
      try {
        await ask();
        answered += 1;
      } catch (error) {
        const { message, cause } = error as Error;
        failures.push(cause instanceof Error ? `${message}: ${cause.message}` : message);
      }
      await delay(PAUSE_MS);
    }
  };
  const workers = asks.flatMap((ask) => Array.from({ length: WORKERS }, () => repeat(ask)));
  try {
    await work();
  } finally {
    running = false;
    await Promise.all(workers);
  }
  return { answered, failures };
}
