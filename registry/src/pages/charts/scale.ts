/** The plot within a chart, in its own units. */
export const PLOT = { width: 560, height: 190, left: 56, right: 8, top: 10, bottom: 24 } as const;
export const PLOT_WIDTH = PLOT.width - PLOT.left - PLOT.right;
export const PLOT_HEIGHT = PLOT.height - PLOT.top - PLOT.bottom;

/** Round values from 0 to at least `max`, for the lines of a chart. */
export function ticksUpTo(max: number): readonly number[] {
  if (max <= 0) return [0, 1];
  const magnitude = 10 ** Math.floor(Math.log10(max));
  const step = [0.2, 0.25, 0.5, 1, 2, 2.5].map((each) => each * magnitude).find((each) => each * 4 >= max);
  const size = step ?? magnitude * 5;
  return Array.from({ length: Math.ceil(max / size) + 1 }, (_, index) =>
    Number((index * size).toPrecision(6)),
  );
}

export const round = (value: number): number => Math.round(value * 10) / 10;
