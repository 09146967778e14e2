/** `npm run resilience`: each subgraph in turn fails in each way, under load. See --help. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '../expected-error.ts';
import { buildGateway } from '../setup/build-gateway.ts';
import { combine, failuresOf, type Verdict } from './judge.ts';
import { HELP, readOptions, type Options } from './options.ts';
import { measureSaturation } from './run-load.ts';
import { runTrial } from './run-trial.ts';
import { startSystem, type System } from './system.ts';

const CLIENTS = 50;
const SATURATION_S = 4;
const LOAD_SHARE = 0.5;

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    print(HELP);
    return 0;
  }
  buildGateway(print);
  const system = await startSystem();
  try {
    const verdicts = await runTrials(system, options);
    const failures = verdicts.flatMap(failuresOf);
    for (const failure of failures) print(failure);
    return failures.length === 0 ? 0 : 1;
  } finally {
    await system.stop();
  }
}

async function runTrials(system: System, options: Options): Promise<readonly Verdict[]> {
  const { subgraphs, faults, seconds, repetitions, output } = options;
  await measureSaturation(system.clients, CLIENTS, SATURATION_S);
  const saturation = await measureSaturation(system.clients, CLIENTS, SATURATION_S);
  const { rate = Math.round(saturation * LOAD_SHARE) } = options;
  print(`${rate} requests/s of ${Math.round(saturation)} that the gateway can`);
  const trials = subgraphs.flatMap((subgraph) =>
    faults.map((fault) => ({ subgraph, fault, verdicts: [] as Verdict[] })),
  );
  for (let round = 1; round <= repetitions; round += 1)
    for (const { subgraph, fault, verdicts } of trials) {
      const verdict = await runTrial(system, { subgraph, fault, seconds, rate });
      verdicts.push(verdict);
      print(`${round}/${repetitions} ${formatRow(verdict)}`);
    }
  const verdicts = trials.flatMap(({ verdicts: [first, ...others] }) =>
    first === undefined ? [] : [combine([first, ...others])],
  );
  print(formatTable(verdicts));
  await mkdir(output, { recursive: true });
  await writeFile(
    join(output, 'resilience.json'),
    `${JSON.stringify({ rate, saturation, repetitions, verdicts }, null, 2)}\n`,
  );
  return verdicts;
}

const COLUMNS =
  'subgraph | fault | wrong | p99 before | p99 during | times | stolen | the rest arrives | recovery | memory';

const formatTable = (verdicts: readonly Verdict[]): string =>
  ['', `| ${COLUMNS} |`, `|${COLUMNS.replaceAll(/[^|]+/g, '---')}|`, ...verdicts.map(formatRow), ''].join(
    '\n',
  );

const formatRow = (verdict: Verdict): string =>
  `| ${[
    verdict.subgraph,
    verdict.fault,
    verdict.untouchedWrong,
    `${verdict.healthyP99Ms.toFixed(1)} ms`,
    `${verdict.untouchedP99Ms.toFixed(1)} ms`,
    verdict.p99Ratio.toFixed(1),
    `${verdict.stolenPercent.toFixed(1)} %`,
    `${verdict.partial} of ${verdict.touched}`,
    `${(verdict.recoveryMs / 1_000).toFixed(1)} s`,
    `${Math.round(verdict.rssPeakMb)} MB`,
  ].join(' | ')} |`;

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
