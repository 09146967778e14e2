import { setTimeout as delay } from 'node:timers/promises';
import type { Journal } from './journal.ts';
import type { Disturbance, Weather } from './schedule.ts';
import type { ChaosWorld } from './start-world.ts';

/** Longer than the lease of a step, so that a process wakes up in the middle of work that is somebody else's. */
const ASLEEP_MS = 9_000;
const WEATHER_MS = 4_000;

/**
 * Does what is planned, one thing after the other, until told to stop; then all is well again.
 *
 * @param restMs How long processes may take to come back at the end.
 * @throws Error when one of them does not.
 */
export async function disturb(
  world: ChaosWorld,
  schedule: readonly Disturbance[],
  journal: Journal,
  signal: AbortSignal,
  restMs: number,
): Promise<void> {
  const begun = Date.now();
  const passing: Promise<void>[] = [];
  const wait = (ms: number): Promise<unknown> => delay(ms, undefined, { signal }).catch(() => undefined);
  for (const disturbance of schedule) {
    await wait(Math.max(0, begun + disturbance.atMs - Date.now()));
    if (signal.aborted) break;
    passing.push(perform(world, disturbance, journal, wait));
  }
  await wait(2 ** 31 - 1);
  await Promise.all(passing);
  await Promise.all(Object.values(world.processes).map((process) => process.ready(restMs)));
  await world.setWeather({ delayMs: 0, loseAnswers: 0 });
}

async function perform(
  { processes, system, setWeather }: ChaosWorld,
  disturbance: Disturbance,
  journal: Journal,
  wait: (ms: number) => Promise<unknown>,
): Promise<void> {
  if (disturbance.kind === 'weather') {
    const { weather } = disturbance;
    journal.count(`weather ${JSON.stringify(weather)}`);
    // A provider that was just killed has no weather.
    const change = (to: Weather): Promise<void> => setWeather(to).catch(() => undefined);
    await change(weather);
    await wait(WEATHER_MS);
    await change({ delayMs: 0, loseAnswers: 0 });
    return;
  }
  const { kind, victim } = disturbance;
  journal.count(`${kind === 'kill' ? 'killed' : 'paused'} ${victim}`);
  if (kind === 'kill') {
    const stores: Readonly<Record<string, { kill(): void } | undefined>> = {
      mongo: system.stores.mongo,
      postgres: system.stores.postgres,
    };
    (stores[victim] ?? processes[victim])?.kill();
    return;
  }
  processes[victim]?.pause();
  await wait(ASLEEP_MS);
  processes[victim]?.resume();
}
