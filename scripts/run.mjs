/**
 * Runs one of the project's TypeScript commands on a machine that has only Node and npm:
 * checks Node's version, installs the dependencies when they are not what package-lock.json says,
 * then loads the command in this process. Plain JavaScript, because Node 20 cannot load TypeScript yet.
 *
 * Usage: node scripts/run.mjs <file below the root, or module in node_modules> [arguments]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const MINIMUM_NODE = [20, 19];

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  fail(
    `Tributary needs Node ${MINIMUM_NODE.join('.')} or newer, this is ${process.versions.node}. See https://nodejs.org`,
  );
}

/** npm keeps what it installed in a lock file of its own: comparing the two tells what a check of one folder cannot. */
function dependenciesAreInstalled() {
  const installedFile = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional, peer, link }]) =>
      !path.includes('node_modules/') ||
      optional ||
      devOptional ||
      peer ||
      link ||
      installed[path]?.version === version,
  );
}

function installDependencies() {
  process.stderr.write('Installing dependencies (once; about a minute) ...\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0)
    fail('npm ci failed; its message is above. Tributary needs the npm registry for its first start.');
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const [target, ...args] = process.argv.slice(2);
if (target === undefined) fail('Usage: node scripts/run.mjs <command> [arguments]');

checkNode();
if (!dependenciesAreInstalled()) installDependencies();

// ApolloGateway and rover report usage to their maker unless told not to, before any code of ours runs.
process.env.APOLLO_TELEMETRY_DISABLED = 'true';

const file = target.endsWith('.ts') ? resolve(root, target) : join(root, 'node_modules', target);
process.argv.splice(1, process.argv.length - 1, file, ...args);
if (target.endsWith('.ts')) {
  const { register } = await import('tsx/esm/api');
  register();
}
await import(pathToFileURL(file).href);
