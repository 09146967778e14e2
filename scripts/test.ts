/** `npm test`: every test of the repository, in one jest run; arguments go to jest. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

const root = join(import.meta.dirname, '..');

const Summary = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
});

const folder = await mkdtemp(join(tmpdir(), 'tributary-results-'));
const resultFile = join(folder, 'results.json');
const jest = spawn(
  process.execPath,
  [
    join(root, 'node_modules/jest/bin/jest.js'),
    '--json',
    `--outputFile=${resultFile}`,
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    // Jest's own report goes to stderr; with --json the whole result would follow on stdout.
    stdio: ['inherit', 'ignore', 'inherit'],
    // jose and other ESM-only packages need jest's ESM mode.
    env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --no-warnings' },
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => jest.kill(signal));
const exitCode = await new Promise<number>((resolve) => {
  jest.once('exit', (code) => {
    resolve(code ?? 1);
  });
});
const summary = Summary.safeParse(JSON.parse(await readFile(resultFile, 'utf8').catch(() => '{}')));
await rm(folder, { recursive: true });
if (summary.success) {
  const { numPassedTests, numFailedTests, numPendingTests } = summary.data;
  console.log(
    `${numPassedTests} passed, ${numFailedTests} failed${numPendingTests > 0 ? `, ${numPendingTests} skipped` : ''}`,
  );
}
process.exitCode = exitCode;
