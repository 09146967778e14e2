import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../soak/random.ts';
import type { Journal } from './journal.ts';
import type { ChaosWorld } from './start-world.ts';

const SHORTEST_PAUSE_MS = 800;
const PAUSE_RANGE_MS = 2_200;
/** Longer than the lease of a step, so that a process wakes up in the middle of work that is somebody else's. */
const ASLEEP_MS = 9_000;
const WEATHER_MS = 4_000;

/** Kills, pauses and disturbs, one thing after the other, until told to stop; then all is well again. */
export async function disturb(
  world: ChaosWorld,
  random: Random,
  journal: Journal,
  signal: AbortSignal,
): Promise<void> {
  const { processes, system, setWeather } = world;
  const stores = { mongo: system.stores.mongo, postgres: system.stores.postgres };
  const victims = ['payments', 'payments-2', 'products', 'products-2', 'sandbox', 'gateway', 'users'];
  const passing: Promise<void>[] = [];
  const acts: readonly (() => void)[] = [
    ...victims.map((name) => () => {
      kill(processes[name]);
      journal.count(`killed ${name}`);
    }),
    ...Object.entries(stores).map(([name, store]) => () => {
      kill(store);
      journal.count(`killed ${name}`);
    }),
    ...['payments', 'payments-2', 'products-2'].map((name) => () => {
      processes[name]?.pause();
      journal.count(`paused ${name}`);
      passing.push(
        delay(ASLEEP_MS, undefined, { signal })
          .catch(() => undefined)
          .then(() => {
            processes[name]?.resume();
          }),
      );
    }),
    // Longer than a call is waited for, so that all of them seem to fail; and answers that are lost after their effect.
    ...[{ delayMs: 300 }, { delayMs: 7_000 }, { loseAnswers: 0.3 }].map((weather) => () => {
      journal.count(`weather ${JSON.stringify(weather)}`);
      passing.push(pass(world, weather, signal));
    }),
  ];
  for (;;) {
    const pauseMs = SHORTEST_PAUSE_MS + random(PAUSE_RANGE_MS);
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    acts[random(acts.length)]?.();
  }
  await Promise.all(passing);
  await Promise.all(Object.values(processes).map((process) => process.ready()));
  await setWeather({ delayMs: 0, loseAnswers: 0 });
}

/** Whoever is up again may be killed again, however often. */
function kill(victim: { kill(): void; ready?(): Promise<void> } | undefined): void {
  victim?.kill();
  // One that does not come back is noticed at the end.
  victim?.ready?.().catch(() => undefined);
}

async function pass(
  { setWeather }: ChaosWorld,
  weather: { readonly delayMs?: number; readonly loseAnswers?: number },
  signal: AbortSignal,
): Promise<void> {
  // A provider that was just killed has no weather.
  await setWeather(weather).catch(() => undefined);
  await delay(WEATHER_MS, undefined, { signal }).catch(() => undefined);
  await setWeather({ delayMs: 0, loseAnswers: 0 }).catch(() => undefined);
}
