/** What is done to the system, and when: the same for the same seed, whatever comes of it. */
import { createRandom } from '../soak/random.ts';

const SHORTEST_GAP_MS = 1_500;
const GAP_RANGE_MS = 4_000;

export const VICTIMS = [
  'payments',
  'payments-2',
  'products',
  'products-2',
  'sandbox',
  'gateway',
  'users',
  'registry',
  'mongo',
  'postgres',
] as const;
export const SLEEPERS = ['payments', 'payments-2', 'products', 'products-2', 'sandbox'] as const;

/** Of the provider. */
export interface Weather {
  /** Added to every answer, in milliseconds. */
  readonly delayMs?: number;
  /** The share of answers that are lost after their effect, from 0 to 1. */
  readonly loseAnswers?: number;
}

/** Longer than a call is waited for, so that all of them seem to fail; and answers that are lost after their effect. */
const WEATHERS: readonly Weather[] = [{ delayMs: 300 }, { delayMs: 7_000 }, { loseAnswers: 0.3 }];

export type Act =
  | { readonly kind: 'kill'; readonly victim: (typeof VICTIMS)[number] }
  | { readonly kind: 'pause'; readonly victim: (typeof SLEEPERS)[number] }
  | { readonly kind: 'weather'; readonly weather: Weather };

/** One thing that is done, `atMs` after buying begins. Its number names it on the command line. */
export type Disturbance = Act & { readonly number: number; readonly atMs: number };

const ACTS: readonly Act[] = [
  ...VICTIMS.map((victim) => ({ kind: 'kill', victim }) as const),
  ...SLEEPERS.map((victim) => ({ kind: 'pause', victim }) as const),
  ...WEATHERS.map((weather) => ({ kind: 'weather', weather }) as const),
];

/** @param only Numbers of those that are done; undefined: all. */
export function planDisturbances(
  seed: number,
  minutes: number,
  only?: readonly number[],
): readonly Disturbance[] {
  const random = createRandom(seed);
  const planned: Disturbance[] = [];
  for (let atMs = 0, number = 1; ; number += 1) {
    atMs += SHORTEST_GAP_MS + random(GAP_RANGE_MS);
    const act = ACTS[random(ACTS.length)];
    if (act === undefined || atMs >= minutes * 60_000) break;
    planned.push({ ...act, number, atMs });
  }
  return only === undefined ? planned : planned.filter(({ number }) => only.includes(number));
}
