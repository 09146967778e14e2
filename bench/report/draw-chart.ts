import { STOCK } from '../contestants/contestant.ts';
import { formatNumber } from './format-table.ts';
import type { Cell, Results, ScenarioResult } from './results.ts';

const WIDTH = 900;
const COLUMNS = 2;
const GAP = 36;
const PANEL_WIDTH = (WIDTH - GAP * (COLUMNS - 1)) / COLUMNS;
const NAME_WIDTH = 128;
const LABEL_WIDTH = 124;
const BAR_WIDTH = PANEL_WIDTH - NAME_WIDTH - LABEL_WIDTH;
const ROW_HEIGHT = 20;
const BAR_HEIGHT = 13;
const HEAD_HEIGHT = 34;
const TITLE_HEIGHT = 58;
const FOOT_HEIGHT = 24;

/** Greys and blues that can be read on white and on black: GitHub shows the picture on either. */
const COLORS = { text: '#6e7781', ours: '#2f81f7', stock: '#bb8009', peer: '#8b949e' };

/** Bars per scenario, each scenario on a scale of its own from zero, so that lengths can be compared. */
export function drawChart(results: Results): string {
  const peers = new Set(results.contestants.filter(({ role }) => role !== 'bound').map(({ name }) => name));
  const panels = results.scenarios
    .filter(({ name, unit }) => unit === 'requests/s' || name === 'cold-start')
    .map((scenario) => ({
      ...scenario,
      cells: scenario.cells.filter(({ contestant }) => peers.has(contestant)),
    }));

  const heights = Array.from({ length: COLUMNS }, () => TITLE_HEIGHT);
  const drawn = panels.map((panel, index) => {
    const column = index % COLUMNS;
    const y = heights[column] ?? 0;
    heights[column] = y + HEAD_HEIGHT + panel.cells.length * ROW_HEIGHT + GAP / 2;
    return drawPanel(panel, column * (PANEL_WIDTH + GAP), y);
  });
  const height = Math.max(...heights) + FOOT_HEIGHT;
  const { cpu = '', cores = '', node = '' } = results.machine;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12" fill="${COLORS.text}">
<title>Requests per second of GraphQL gateways, and the ratio to stock Apollo Gateway</title>
<text x="0" y="18" font-size="16" font-weight="600">One process on one core, and how many times stock Apollo Gateway that is</text>
<text x="0" y="38">requests per second, more is better; every bar counts right answers only</text>
${drawn.join('\n')}
<text x="0" y="${height - 8}" font-size="11">${escape(`${String(cpu)}, ${String(cores)} cores, Node ${String(node)}, ${results.date.slice(0, 10)}`)}</text>
</svg>
`;
}

function drawPanel({ name, title, unit, better, cells }: ScenarioResult, x: number, y: number): string {
  const longest = Math.max(...cells.map(({ value }) => value ?? 0), Number.MIN_VALUE);
  const rows = cells.map((cell, index) =>
    drawRow(cell, unit, longest, x, y + HEAD_HEIGHT + index * ROW_HEIGHT),
  );
  const note = `${title}${better === 'less' ? ' (less is better)' : ''}`;
  return [
    `<text x="${x}" y="${y + 20}" font-size="13"><tspan font-weight="600">${escape(name)}</tspan>  ${escape(note)}</text>`,
    ...rows,
  ].join('\n');
}

function drawRow(
  { contestant, value, ratio, problem }: Cell,
  unit: string,
  longest: number,
  x: number,
  y: number,
): string {
  const length = problem === undefined && value !== null ? Math.max(1, (value / longest) * BAR_WIDTH) : 0;
  const label =
    problem === undefined
      ? [
          `${formatNumber(value)}${unit === 'ms' ? ' ms' : ''}`,
          ...(ratio === null || contestant === STOCK ? [] : [`${formatNumber(ratio)}×`]),
        ].join('  ·  ')
      : 'wrong answers';
  const color = contestant === 'tributary' ? COLORS.ours : contestant === STOCK ? COLORS.stock : COLORS.peer;
  const weight = contestant === 'tributary' ? ' font-weight="600"' : '';
  const barX = x + NAME_WIDTH;
  const baseline = y + BAR_HEIGHT - 2;
  return [
    `<text x="${barX - 8}" y="${baseline}" text-anchor="end"${weight}>${escape(contestant)}</text>`,
    `<rect x="${barX}" y="${y}" width="${length.toFixed(1)}" height="${BAR_HEIGHT}" rx="2" fill="${color}"/>`,
    `<text x="${(barX + length + 6).toFixed(1)}" y="${baseline}"${weight}>${escape(label)}</text>`,
  ].join('\n');
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
