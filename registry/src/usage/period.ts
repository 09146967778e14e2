/** A stretch of time that is looked at in equal parts, each some whole hours long. */
export interface Period {
  readonly name: PeriodName;
  readonly from: Date;
  readonly to: Date;
  readonly binMs: number;
  readonly bins: number;
}

export type PeriodName = '24h' | '7d' | '30d';

const HOUR_MS = 3_600_000;

export const PERIODS: Readonly<
  Record<PeriodName, { readonly title: string; readonly hours: number; readonly bins: number }>
> = {
  '24h': { title: '24 hours', hours: 1, bins: 24 },
  '7d': { title: '7 days', hours: 6, bins: 28 },
  '30d': { title: '30 days', hours: 24, bins: 30 },
};

/** The period that ends now, begun where a part of it begins. */
export function periodUntil(now: Date, name: PeriodName): Period {
  const { hours, bins } = PERIODS[name];
  const binMs = hours * HOUR_MS;
  const last = Math.floor(now.getTime() / binMs) * binMs;
  return { name, from: new Date(last - (bins - 1) * binMs), to: now, binMs, bins };
}

export const readPeriodName = (text: string | null): PeriodName =>
  text !== null && Object.hasOwn(PERIODS, text) ? (text as PeriodName) : '24h';
