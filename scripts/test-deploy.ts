/** `npm run test:deploy`: the stacks' types, their templates, and the tests of what was decided about them. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { answerHelp } from './command-line.ts';

answerHelp(`Tests the stacks for AWS, without an account: their types, their templates, their tests. Usage: npm run test:deploy
`);

const root = join(import.meta.dirname, '..');

/** Between them they have every decision that depends on the environment. */
const ENVIRONMENTS = ['dev', 'prod'];

run('scripts/run.mjs', 'scripts/synth.ts', ...ENVIRONMENTS);
run('node_modules/typescript/bin/tsc', '--project', 'deploy/tsconfig.json');
run(
  '--experimental-vm-modules',
  '--no-warnings',
  'node_modules/jest/bin/jest.js',
  '--config',
  'deploy/jest.config.js',
);

function run(...args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
