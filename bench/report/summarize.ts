import { STOCK } from '../contestants/contestant.ts';
import { median } from '../measure/statistics.ts';
import { DETAILS, type Detail, type Outcome, type Scenario } from '../scenarios/scenario.ts';
import type { Cell, ScenarioResult } from './results.ts';

/** Contestant -> one outcome per repetition. */
export type Outcomes = ReadonlyMap<string, readonly Outcome[]>;

/** Medians, and ratios within the repetition: what else goes on in the machine is the same for both there. */
export function summarize(
  { name, title, description, unit, better }: Scenario,
  outcomes: Outcomes,
): ScenarioResult {
  const stock = outcomes.get(STOCK) ?? [];
  const cells = [...outcomes].map(([contestant, repetitions]) =>
    summarizeCell(contestant, repetitions, stock),
  );
  return { name, title, description, unit, better, cells };
}

function summarizeCell(contestant: string, repetitions: readonly Outcome[], stock: readonly Outcome[]): Cell {
  const measured = repetitions.filter((outcome) => 'value' in outcome);
  const values = repetitions.map((outcome) => figure(outcome));
  const ratios = repetitions.flatMap((outcome, index) => {
    const reference = stock[index];
    const mine = counts(outcome) ? figure(outcome) : null;
    const theirs = reference !== undefined && counts(reference) ? figure(reference) : null;
    return mine === null || theirs === null || theirs === 0 ? [] : [mine / theirs];
  });
  const problem = repetitions.map((outcome) => problemOf(outcome)).find((found) => found !== undefined);
  return {
    contestant,
    value: medianOrNull(values.filter((value) => value !== null)),
    ratio: problem === undefined ? medianOrNull(ratios) : null,
    ...(problem === undefined ? {} : { problem }),
    details: Object.fromEntries(
      (Object.keys(DETAILS) as Detail[]).flatMap((detail) => {
        const found = measured.flatMap(({ details }) => details[detail] ?? []);
        return found.length === 0 ? [] : [[detail, round(median(found))]];
      }),
    ),
    repetitions: values.map((value) => value && round(value)),
  };
}

const problemOf = (outcome: Outcome): string | undefined =>
  'failure' in outcome ? outcome.failure : outcome.wrong;

const counts = (outcome: Outcome): boolean => problemOf(outcome) === undefined;

const figure = (outcome: Outcome): number | null =>
  'value' in outcome && Number.isFinite(outcome.value) ? outcome.value : null;

const medianOrNull = (values: readonly number[]): number | null =>
  values.length === 0 ? null : round(median(values));

/** Four digits say more than the measurement knows. */
const round = (value: number): number => Number(value.toPrecision(4));
