/** `npm run lint`: ESLint and prettier over the whole repository; exit 1 when either finds something. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { answerHelp } from './command-line.ts';

answerHelp(`Runs ESLint and prettier over the whole repository. Usage: npm run lint

npm run format mends layout. Exits 1 when either finds something.
`);

const root = join(import.meta.dirname, '..');
const run = (tool: string, ...args: string[]): boolean =>
  spawnSync(process.execPath, [join(root, 'node_modules', tool), ...args], { cwd: root, stdio: 'inherit' })
    .status === 0;

const clean = [
  run('eslint/bin/eslint.js', '--max-warnings=0', '.'),
  run('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'),
];
process.exitCode = clean.every(Boolean) ? 0 : 1;
