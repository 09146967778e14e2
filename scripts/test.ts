/**
 * `npm test`: every test of the repository, in one jest run; arguments go to jest.
 *
 * With CI set, the few files that failed are run once more by themselves, and named whatever comes of it: what fails
 * only beside three hundred others that start processes on two cores is worth mending, but is no reason to stop a release.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { answerHelp } from './command-line.ts';

const root = join(import.meta.dirname, '..');
/** More than this many failed files are no accident of timing. */
const MOST_UNSTEADY_FILES = 3;
const REPORTER = join(root, 'scripts/test-results.mjs');
const HELP = `Runs the tests. Usage: npm test [-- [PATTERN ...] [jest's options]]

  npm test                               all of them
  npm test -- subgraphs/users            those whose path has this in it
  npm test -- e2e/journey                one of the whole system
  npm test -- registry -t 'rolls back'   those with this in their name, too

With CI set, up to ${MOST_UNSTEADY_FILES} files that failed are run once more by themselves. Jest's own options: npx jest --help
`;

const Summary = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  /** Paths of the files with failed tests, and of those that could not be run. */
  failed: z.array(z.string()),
});

interface Run {
  readonly exitCode: number;
  /** Paths of the test files that failed. */
  readonly failed: readonly string[];
}

/** Runs jest and says how many tests passed. */
async function runJest(args: readonly string[]): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-results-'));
  const resultFile = join(folder, 'results.json');
  const jest = spawn(
    process.execPath,
    // Last: names of tests that came after a list of reporters would be more of those.
    [join(root, 'node_modules/jest/bin/jest.js'), ...args, '--reporters=default', `--reporters=${REPORTER}`],
    {
      cwd: root,
      stdio: 'inherit',
      // jose and other ESM-only packages need jest's ESM mode.
      env: {
        ...process.env,
        NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
        TRIBUTARY_TEST_RESULTS: resultFile,
      },
    },
  );
  const stop = (signal: NodeJS.Signals): void => void jest.kill(signal);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const exitCode = await new Promise<number>((resolve) => {
    jest.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
  process.off('SIGINT', stop).off('SIGTERM', stop);
  const summary = Summary.safeParse(JSON.parse(await readFile(resultFile, 'utf8').catch(() => '{}')));
  await rm(folder, { recursive: true });
  if (!summary.success) return { exitCode, failed: [] };
  const { numPassedTests, numFailedTests, numPendingTests, failed } = summary.data;
  console.log(
    `${numPassedTests} passed, ${numFailedTests} failed${numPendingTests > 0 ? `, ${numPendingTests} skipped` : ''}`,
  );
  return { exitCode, failed };
}

answerHelp(HELP);
const first = await runJest(process.argv.slice(2));
process.exitCode = first.exitCode;
if (process.env['CI'] && first.failed.length > 0 && first.failed.length <= MOST_UNSTEADY_FILES) {
  const names = first.failed.map((path) => relative(root, path)).join(', ');
  console.log(`Once more, by themselves: ${names}`);
  process.exitCode = (await runJest(['--runInBand', '--runTestsByPath', ...first.failed])).exitCode;
  console.log(
    process.exitCode === 0
      ? `UNSTEADY, passed by themselves: ${names}`
      : `Failed by themselves, too: ${names}`,
  );
}
