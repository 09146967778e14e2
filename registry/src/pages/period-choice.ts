import { PERIODS, periodUntil, readPeriodName, type Period, type PeriodName } from '../usage/period.ts';
import type { Html } from './html.ts';
import { choice, withParameters } from './parts.ts';

/** The period that the address names; the last day if it names none. */
export const periodOf = (url: URL): Period =>
  periodUntil(new Date(), readPeriodName(url.searchParams.get('period')));

export const periodChoice = (url: URL, chosen: Period): Html =>
  choice(
    'Period',
    (Object.keys(PERIODS) as PeriodName[]).map((name) => ({
      text: PERIODS[name].title,
      // A place in one period's list is none in another's.
      href: withParameters(url, { period: name, after: undefined }),
      isChosen: name === chosen.name,
    })),
  );
