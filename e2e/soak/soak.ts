/** `npm run soak`: a gateway under load while its supergraph changes and its subgraphs die. See --help. */
import { existsSync } from 'node:fs';
import { findProblems } from './find-problems.ts';
import { formatFailure, formatReport } from './format-report.ts';
import { HELP, OptionsError, readOptions } from './options.ts';
import { runSoak } from './run-soak.ts';

/** What shells give a command that was interrupted. */
const STOPPED = 130;

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function main(args: readonly string[]): Promise<number> {
  const { help, durationS, seed } = readOptions(args);
  if (help) {
    print(HELP);
    return 0;
  }
  if (!existsSync('/proc/self/status'))
    throw new OptionsError('The soak reads memory from /proc: it needs Linux.');

  print(`${durationS} s of load, seed ${seed}`);
  const signal = stopBySignal();
  const result = await runSoak({ durationS, seed, signal, onProgress: print });
  for (const failure of result.tally.failures) print(formatFailure(failure));
  for (const complaint of result.complaints) print(`gateway: ${complaint}`);
  print(formatReport(result));
  const problems = findProblems(result);
  for (const problem of problems) print(`FAILED: ${problem}`);
  if (problems.length > 0) return 1;
  print(signal.aborted ? 'stopped before its time; nothing wrong until then' : 'passed');
  return signal.aborted ? STOPPED : 0;
}

/** Once: the soak ends early and reports what it has seen. Twice: at once; processes it started end with it. */
function stopBySignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(STOPPED);
      controller.abort();
    });
  }
  return controller.signal;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isExpected = error instanceof OptionsError;
  process.stderr.write(`${isExpected ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
}
