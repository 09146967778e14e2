import { relative } from 'node:path';
import type { GatewayProfile } from '../profile/profile-gateway.ts';
import type { Share } from '../profile/summarize-profile.ts';

const AREAS = 20;
const FUNCTIONS = 40;

export function formatProfile({ file, requestsPerSecond, summary }: GatewayProfile): string {
  const { areas, functions, idleShare } = summary;
  return [
    `${Math.round(requestsPerSecond)} requests/s under the profiler, ${percent(idleShare).trim()} of the time idle. Self time by area:`,
    ...lines(areas.slice(0, AREAS)),
    '',
    'Self time by function:',
    ...lines(functions.slice(0, FUNCTIONS)),
    '',
    `The profile is ${relative(process.cwd(), file)}: load it in the Performance panel of Chromium's developer tools.`,
  ].join('\n');
}

const lines = (shares: readonly Share[]): readonly string[] =>
  shares.map(({ name, share }) => `  ${percent(share)}  ${name}`);

const percent = (share: number): string => `${(share * 100).toFixed(1).padStart(5)} %`;
