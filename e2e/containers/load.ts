import { setTimeout as delay } from 'node:timers/promises';
import { postGraphql } from '@tributary/testkit';

const WORKERS = 4;
const PAUSE_MS = 25;

/** A read of all three subgraphs, for a signed-in buyer. */
const OPERATION = `{
  viewer { displayName orders(first: 2) { nodes { number lines { product { title } } } } }
  productBySlug(slug: "trail-running-shoe") { title reviews(first: 2) { nodes { author { displayName } } } }
}`;

export interface Load {
  readonly answered: number;
  /** What was wrong with those that were not answered in full. */
  readonly failures: readonly string[];
}

/** Asks the gateway all the time while something is done. */
export async function underLoad(
  gatewayUrl: string,
  accessToken: string,
  work: () => Promise<void>,
): Promise<Load> {
  let running = true;
  let answered = 0;
  const failures: string[] = [];
  const ask = async (): Promise<void> => {
    while (running) {
      try {
        const { errors, data } = await postGraphql(
          `${gatewayUrl}/graphql`,
          { query: OPERATION },
          { authorization: `Bearer ${accessToken}` },
        );
        if (errors !== undefined || data?.viewer == null) failures.push(JSON.stringify(errors ?? data));
        else answered += 1;
      } catch (error) {
        failures.push(String(error));
      }
      await delay(PAUSE_MS);
    }
  };
  const workers = Array.from({ length: WORKERS }, ask);
  try {
    await work();
  } finally {
    running = false;
    await Promise.all(workers);
  }
  return { answered, failures };
}
