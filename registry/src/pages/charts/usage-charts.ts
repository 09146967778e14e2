import { percentileMs } from '../../usage/percentile.ts';
import type { Period } from '../../usage/period.ts';
import type { UsageBin } from '../../usage/usage-statistics.ts';
import { formatCount, formatMinute, formatMs, formatShort } from '../format.ts';
import { html, type Html } from '../html.ts';
import { dataTable } from '../parts.ts';
import { chartFrame, xOf, yOf } from './frame.ts';
import { round, ticksUpTo } from './scale.ts';

const labelOf = ({ from }: UsageBin, period: Period): string => {
  const text = formatMinute(from);
  return period.name === '24h' ? text.slice(11) : text.slice(5, 10);
};

const titleOf = ({ from }: UsageBin): string => `${formatMinute(from)} UTC`;

const GAP = 2;

/** How many requests came when, and how many of them had errors. */
export function requestsChart(bins: readonly UsageBin[], period: Period): Html {
  const ticks = ticksUpTo(Math.max(...bins.map(({ requests }) => requests)));
  const width = round(xOf(1, bins.length) - xOf(0, bins.length) - GAP);
  const bar = (index: number, from: number, to: number, className: string): Html =>
    html`<rect
      class="${className}"
      x="${round(xOf(index, bins.length) + GAP / 2)}"
      y="${yOf(to, ticks)}"
      width="${width}"
      height="${round(yOf(from, ticks) - yOf(to, ticks))}"
    />`;
  return chartFrame({
    title: 'Requests',
    ticks,
    formatTick: formatShort,
    labels: bins.map((bin) => labelOf(bin, period)),
    legend: [
      { name: 'answered', className: 'ok' },
      { name: 'with errors', className: 'error' },
    ],
    content: bins.map((bin, index) => {
      const { requests, errors } = bin;
      const failed = Math.min(errors, requests);
      return html`<g
        ><title>${titleOf(bin)}: ${formatCount(requests)} requests, ${formatCount(failed)} with errors</title
        >${
          requests > failed ? bar(index, failed, requests, 'ok') : undefined
        }${failed > 0 ? bar(index, 0, failed, 'error') : undefined}</g
      >`;
    }),
    table: dataTable(
      'Requests over time',
      [{ title: 'From' }, { title: 'Requests', isNumber: true }, { title: 'With errors', isNumber: true }],
      bins.map((bin) => [titleOf(bin), formatCount(bin.requests), formatCount(bin.errors)]),
    ),
  });
}

const PERCENTILES = [
  { name: '50 % within', share: 0.5, className: 'p50' },
  { name: '95 % within', share: 0.95, className: 'p95' },
  { name: '99 % within', share: 0.99, className: 'p99' },
] as const;

/** How long most requests took, when. */
export function latencyChart(bins: readonly UsageBin[], period: Period): Html {
  const lines = PERCENTILES.map((percentile) => ({
    ...percentile,
    values: bins.map(({ latency }) => percentileMs(latency, percentile.share)),
  }));
  const ticks = ticksUpTo(Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0))));
  return chartFrame({
    title: 'Latency',
    ticks,
    formatTick: (ms) => (ms === 0 ? '0' : formatMs(ms)),
    labels: bins.map((bin) => labelOf(bin, period)),
    legend: lines.map(({ name, className }) => ({ name, className })),
    content: lines.map(({ name, values, className }) => line(name, values, ticks, className)),
    table: dataTable(
      'Latency over time',
      [{ title: 'From' }, ...lines.map(({ name }) => ({ title: name, isNumber: true }))],
      bins.map((bin, index) => [titleOf(bin), ...lines.map(({ values }) => formatMs(values[index]))]),
    ),
  });
}

/** Broken where nothing was measured: a line across would claim what nobody knows. */
function line(
  name: string,
  values: readonly (number | undefined)[],
  ticks: readonly number[],
  className: string,
): Html {
  const pieces: string[] = [];
  const points: Html[] = [];
  values.forEach((value, index) => {
    if (value === undefined) return;
    const [x, y] = [xOf(index + 0.5, values.length), yOf(value, ticks)];
    pieces.push(`${index > 0 && values[index - 1] !== undefined ? 'L' : 'M'}${x} ${y}`);
    points.push(
      html`<circle class="${className}" cx="${x}" cy="${y}" r="2.5"
        ><title>${name} ${formatMs(value)}</title></circle
      >`,
    );
  });
  return html`<path class="line ${className}" d="${pieces.join('')}" />${points}`;
}
