import type { Contestant } from '../contestants/contestant.ts';
import { failureOf } from './one-by-one.ts';
import type { Measurement, OnOutcome } from './scenario.ts';

/** A contestant that is running, and waits for its turns. */
export interface Contender {
  takeTurn(): Promise<void>;
  /** What it did in all its turns. */
  result(): Measurement;
  stop(): Promise<void>;
}

/**
 * Has all contestants run at once and work in turns, every other round the other way round: what else the machine does, and how
 * fast it is just then, meets all of them alike. Those that wait do nothing.
 */
export async function inTurns(
  contestants: readonly Contestant[],
  turns: number,
  begin: (contestant: Contestant) => Promise<Contender>,
  onOutcome: OnOutcome,
): Promise<void> {
  const contenders = new Map<Contestant, Contender>();
  const attempt = async (contestant: Contestant, step: () => Promise<void>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      await contenders.get(contestant)?.stop();
      contenders.delete(contestant);
      onOutcome(contestant, { failure: failureOf(error) });
    }
  };
  try {
    for (const contestant of contestants)
      await attempt(contestant, async () => {
        contenders.set(contestant, await begin(contestant));
      });
    for (let turn = 0; turn < turns; turn += 1) {
      const order = [...contenders];
      for (const [contestant, contender] of turn % 2 === 0 ? order : order.reverse())
        await attempt(contestant, () => contender.takeTurn());
    }
    for (const [contestant, contender] of contenders) onOutcome(contestant, contender.result());
  } finally {
    for (const contender of contenders.values()) await contender.stop();
  }
}
