import { STOCK } from '../contestants/contestant.ts';
import { DETAILS, type Detail } from '../scenarios/scenario.ts';
import type { Cell, ScenarioResult } from './results.ts';

/** One scenario as lines of text: who did what, and what that is to stock Apollo Gateway. */
export function formatTable({ name, description, unit, better, cells }: ScenarioResult): string {
  const details = (Object.keys(DETAILS) as Detail[]).filter((detail) =>
    cells.some((cell) => cell.details[detail] !== undefined),
  );
  const rows = [
    ['', unit, `x ${STOCK}`, ...details.map((detail) => DETAILS[detail])],
    ...cells.map((cell) => [
      cell.contestant,
      formatNumber(cell.value),
      cell.problem === undefined ? formatNumber(cell.ratio) : 'WRONG',
      ...details.map((detail) => formatDetail(detail, cell)),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [
    `${name}: ${description}${better === 'less' ? ' (less is better)' : ''}`,
    ...lines.map((line) => `  ${line}`),
    ...cells.flatMap((cell) => formatProblem(cell)),
  ].join('\n');
}

const formatDetail = (detail: Detail, { details }: Cell): string =>
  detail === 'checked' ? String(details.checked ?? '-') : formatNumber(details[detail] ?? null);

const formatProblem = ({ contestant, problem }: Cell): readonly string[] =>
  problem === undefined
    ? []
    : [`  ${contestant} does not count: ${problem.replaceAll(/\s+/g, ' ').slice(0, 300)}`];

export function formatNumber(value: number | null): string {
  if (value === null) return '-';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
