/** `npm run chaos`: money and stock while everything around them fails. See --help. */
import { findSmallest } from './find-smallest.ts';
import { formatCommand, HELP, OptionsError, readOptions, type Options } from './options.ts';
import { runChaos, type ChaosResult } from './run-chaos.ts';
import { planDisturbances, type Disturbance } from './schedule.ts';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  const { minutes, seed, bug, only } = options;
  if (options.help) {
    print(HELP);
    return 0;
  }
  const schedule = planDisturbances(seed, minutes, only);
  if (options.plan) {
    for (const disturbance of schedule) print(formatDisturbance(disturbance));
    return 0;
  }
  print(
    `${minutes} min of load, seed ${seed}, ${schedule.length} disturbances${bug === undefined ? '' : `, with the bug ${bug}`}`,
  );
  const result = await runChaos({ ...options, schedule, onProgress: print });
  report(result);
  if (!isBroken(result)) return 0;
  print(`again with: ${formatCommand(options)}`);
  if (options.shrink > 0) await shrink(options, schedule, result);
  return 1;
}

const isBroken = ({ violations }: ChaosResult): boolean => Object.keys(violations).length > 0;

function report({ journal, snapshots, violations, logFolder }: ChaosResult): void {
  for (const [what, count] of [...journal.counts].sort(([a], [b]) => (a < b ? -1 : 1)))
    print(`${count}\t${what}`);
  print(`${snapshots}\tsnapshots of the books looked at`);
  const names = Object.keys(violations);
  for (const name of names) print(`VIOLATED: ${name}\n${JSON.stringify(violations[name], null, 2)}`);
  print(names.length === 0 ? 'zero violations' : `${names.length} violated; logs are in ${logFolder ?? ''}`);
}

/** Looks for fewer disturbances, and less time, with which something is violated too. */
async function shrink(
  options: Options,
  schedule: readonly Disturbance[],
  { brokenAtMs }: ChaosResult,
): Promise<void> {
  // What was seen to be broken was broken before the next look; what comes later has no part in it.
  const minutes = brokenAtMs === undefined ? options.minutes : Math.ceil(brokenAtMs / 6_000) / 10;
  const before = schedule.filter(({ atMs }) => brokenAtMs === undefined || atMs <= brokenAtMs);
  const smallest = await findSmallest(
    before,
    async (some) => {
      print(`trying ${minutes} min with ${some.length} disturbances`);
      const result = await runChaos({ ...options, minutes, schedule: some, onProgress: () => undefined });
      print(isBroken(result) ? `violated: ${Object.keys(result.violations).join('; ')}` : 'zero violations');
      return isBroken(result);
    },
    options.shrink,
  );
  print(`the fewest that were seen to fail, ${smallest.length} of ${schedule.length}:`);
  for (const disturbance of smallest) print(formatDisturbance(disturbance));
  const isSame = smallest.length === before.length;
  const only = smallest.map(({ number }) => number);
  print(formatCommand({ ...options, ...(isSame ? {} : { minutes, only }) }));
}

const formatDisturbance = (disturbance: Disturbance): string => {
  const what = disturbance.kind === 'weather' ? JSON.stringify(disturbance.weather) : disturbance.victim;
  return `${disturbance.number}\t${(disturbance.atMs / 1_000).toFixed(1)} s\t${disturbance.kind} ${what}`;
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isExpected = error instanceof OptionsError;
  process.stderr.write(`${isExpected ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
}
