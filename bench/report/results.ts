import type { Contestant } from '../contestants/contestant.ts';
import type { Detail, Scenario } from '../scenarios/scenario.ts';

/** What a run found; kept as JSON. */
export interface Results {
  readonly date: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly contestants: readonly (Pick<Contestant, 'name' | 'role'> & { readonly product: string })[];
  readonly scenarios: readonly ScenarioResult[];
}

export interface ScenarioResult extends Pick<Scenario, 'name' | 'title' | 'description' | 'unit' | 'better'> {
  readonly cells: readonly Cell[];
}

/** One contestant in one scenario. */
export interface Cell {
  readonly contestant: string;
  /** Median of the repetitions; null when none gave a figure. */
  readonly value: number | null;
  /** Median of the ratios to stock Apollo Gateway in the same repetition; null without a right answer of both. */
  readonly ratio: number | null;
  /** Why the figure does not count. */
  readonly problem?: string;
  /** Medians. */
  readonly details: Readonly<Partial<Record<Detail, number>>>;
  /** The value of each repetition. */
  readonly repetitions: readonly (number | null)[];
}
