import { html, type Html } from './html.ts';

const COUNT = new Intl.NumberFormat('en');
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** `12,345` */
export const formatCount = (count: number): string => COUNT.format(count);

/** `12.3K` */
export const formatShort = (count: number): string => SHORT.format(count);

/** `1 change`, `2 changes` */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** `0.42 ms`, `12 ms`, `1.3 s`; a dash when it is unknown. */
export function formatMs(ms: number | undefined): string {
  if (ms === undefined) return '-';
  if (ms >= 1_000) return `${(ms / 1_000).toPrecision(ms >= 10_000 ? 3 : 2)} s`;
  return `${ms >= 10 ? Math.round(ms) : ms.toPrecision(2)} ms`;
}

/** `0.5 %` */
export const formatShare = (part: number, whole: number): string =>
  whole === 0 ? '0 %' : `${Number(((part / whole) * 100).toPrecision(2))} %`;

const pad = (number: number): string => String(number).padStart(2, '0');

/** `2026-03-01 17:05` in UTC. */
export const formatMinute = (date: Date): string =>
  `${date.toISOString().slice(0, 10)} ${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`;

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** `3 hours ago`, and when exactly. */
export function timeOf(date: Date, now = new Date()): Html {
  const seconds = Math.max(0, (now.getTime() - date.getTime()) / 1_000);
  const [unit, length] = UNITS.find(([, each]) => seconds >= each) ?? [undefined, 1];
  const ago = unit === undefined ? 'just now' : `${counted(Math.floor(seconds / length), unit)} ago`;
  return html`<time datetime="${date.toISOString()}" title="${formatMinute(date)} UTC">${ago}</time>`;
}
