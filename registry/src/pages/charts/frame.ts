import { html, type Html } from '../html.ts';
import { PLOT, PLOT_HEIGHT, PLOT_WIDTH, round } from './scale.ts';

export interface FrameOptions {
  readonly title: string;
  readonly ticks: readonly number[];
  readonly formatTick: (value: number) => string;
  /** Of the parts of the time, from left to right. */
  readonly labels: readonly string[];
  readonly content: readonly Html[];
  readonly legend?: readonly { readonly name: string; readonly className: string }[];
  /** The same as a table, for whoever cannot see it. */
  readonly table: Html;
}

const MAX_LABELS = 7;

export const yOf = (value: number, ticks: readonly number[]): number =>
  round(PLOT.top + PLOT_HEIGHT * (1 - value / (ticks.at(-1) ?? 1)));

export const xOf = (index: number, count: number): number => round(PLOT.left + (PLOT_WIDTH * index) / count);

/** A picture of something over time, with lines and labels around it. */
export function chartFrame({ title, ticks, formatTick, labels, content, legend, table }: FrameOptions): Html {
  const every = Math.ceil(labels.length / MAX_LABELS);
  return html`<figure class="chart">
    <figcaption>
      <h2>${title}</h2>
      ${
        legend === undefined
          ? undefined
          : html`<ul class="legend" aria-hidden="true">
              ${legend.map(
                ({ name, className }) => html`<li><span class="swatch ${className}"></span>${name}</li>`,
              )}
            </ul>`
      }
    </figcaption>
    <svg
      viewBox="0 0 ${PLOT.width} ${PLOT.height}"
      role="img"
      aria-label="${title}. The figures are in the table below."
    >
      ${ticks.map(
        (tick) =>
          html`<line
              class="grid"
              x1="${PLOT.left}"
              x2="${PLOT.width - PLOT.right}"
              y1="${yOf(tick, ticks)}"
              y2="${yOf(tick, ticks)}"
            /><text class="axis" x="${PLOT.left - 8}" y="${yOf(tick, ticks) + 4}" text-anchor="end"
              >${formatTick(tick)}</text
            >`,
      )}
      ${labels.map((label, index) =>
        index % every === 0
          ? html`<text
              class="axis"
              x="${xOf(index + 0.5, labels.length)}"
              y="${PLOT.height - 6}"
              text-anchor="middle"
              >${label}</text
            >`
          : undefined,
      )}
      ${content}
    </svg>
    <details>
      <summary>As a table</summary>
      ${table}
    </details>
  </figure>`;
}
