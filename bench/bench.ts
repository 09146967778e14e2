/** `npm run bench`: Tributary and its peers, side by side. See README.md, and --help. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join, relative } from 'node:path';
import { STOCK } from './contestants/contestant.ts';
import { tributary } from './contestants/tributary.ts';
import { ExpectedError } from './expected-error.ts';
import { HELP, readOptions, type Options } from './options.ts';
import { checkTargets } from './report/check-targets.ts';
import { drawChart } from './report/draw-chart.ts';
import { formatJson } from './report/format-json.ts';
import { formatProfile } from './report/format-profile.ts';
import { formatTable } from './report/format-table.ts';
import { describeCores, machineFacts } from './report/machine-facts.ts';
import type { Results } from './report/results.ts';
import { LOAD_SCENARIOS } from './scenarios/scenarios.ts';
import { buildGateway } from './setup/build-gateway.ts';
import { installDependencies } from './setup/install-dependencies.ts';
import { installTools } from './setup/install-tools.ts';

/** A load average that says that cores are not ours alone. */
const BUSY = 0.7;

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  switch (options.mode) {
    case 'help':
      print(HELP);
      return 0;
    case 'chart':
      await writeChart(options, await readLatest(options));
      return 0;
    case 'profile':
    case 'measure':
      prepare(options);
      return options.mode === 'profile' ? profile(options) : measure(options);
  }
}

/** What is imported later needs this done. */
function prepare({ mode, contestants }: Options): void {
  installTools(print);
  installDependencies(print);
  if (mode === 'profile') buildGateway(print, { sourceMaps: true });
  else if (contestants.includes(tributary)) buildGateway(print);
}

async function measure(options: Options): Promise<number> {
  const { contestants, scenarios, repetitions, full, output } = options;
  const [loadAverage = 0] = loadavg();
  if (loadAverage > BUSY) {
    print(`Others are at work on this machine (load ${loadAverage.toFixed(1)}): expect noise.`);
  }
  const { createBench } = await import('./setup/create-bench.ts');
  const { runScenarios } = await import('./run-scenarios.ts');
  const bench = await createBench(options);
  const cores = describeCores(bench.cores);
  print(
    `${scenarios.length} scenarios, ${contestants.length} contestants, ${repetitions} repetitions; ${cores}`,
  );

  const results: Results = {
    date: new Date().toISOString(),
    machine: { ...machineFacts(), loadBefore: Number(loadAverage.toFixed(1)) },
    settings: { repetitions, durationS: bench.durationS, connections: bench.connections, cores },
    contestants: contestants.map(({ name, role, product }) => ({ name, role, product: product() })),
    scenarios: await runScenarios({ bench, scenarios, contestants, repetitions, onProgress: print }),
  };

  print('');
  for (const scenario of results.scenarios) print(`${formatTable(scenario)}\n`);
  await mkdir(output, { recursive: true });
  const file = join(output, full ? 'latest.json' : 'partial.json');
  await writeFile(file, formatJson(results));
  print(`Results are in ${relative(process.cwd(), file)}.`);
  if (full) await writeChart(options, results);
  return options.check ? check(results) : 0;
}

function check(results: Results): number {
  const checks = checkTargets(results);
  for (const { line } of checks) print(line);
  if (checks.length === 0)
    print(`Nothing to check: that needs tributary, ${STOCK} and a scenario with a target.`);
  return checks.length > 0 && checks.every(({ met }) => met) ? 0 : 1;
}

async function readLatest({ output }: Options): Promise<Results> {
  const file = join(output, 'latest.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ExpectedError(`${file} cannot be read: only a full run writes it.`, { cause: error });
  });
  return JSON.parse(text) as Results;
}

async function writeChart({ output }: Options, results: Results): Promise<void> {
  const file = join(output, 'chart.svg');
  await writeFile(file, drawChart(results));
  print(`The chart is in ${relative(process.cwd(), file)}.`);
}

async function profile(options: Options): Promise<number> {
  const { createBench } = await import('./setup/create-bench.ts');
  const { profileGateway } = await import('./profile/profile-gateway.ts');
  const scenario = LOAD_SCENARIOS.find((candidate) => options.scenarios.includes(candidate));
  if (scenario === undefined) throw new ExpectedError('--profile needs a scenario with a load generator');
  const variant = options.contestants.length === 1 ? options.contestants[0] : undefined;
  const profiled = variant?.role === 'variant' ? variant : tributary;
  print(`Profiling ${profiled.name} on ${scenario.name} for ${options.durationS} s`);
  const bench = await createBench(options);
  const result = await profileGateway(bench, profiled, scenario, join(options.output, 'profile'));
  print(formatProfile(result));
  return 0;
}

// Children end with this process: see measure/managed-process.ts.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    print(`Stopped by ${signal}; nothing was saved.`);
    process.exit(130);
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const stack = error instanceof Error && !(error instanceof ExpectedError) ? error.stack : undefined;
  process.stderr.write(`${stack ?? (error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = 1;
}
