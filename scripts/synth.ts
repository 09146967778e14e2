/**
 * `npm run synth`: the CloudFormation templates of every environment, into deploy/cdk.out/NAME, without an account and
 * without a network. Findings of CloudFormation's own rules or of AwsSolutions that are not acknowledged end it with 1.
 * Usage: npm run synth [-- [--snapshot] [NAME ...]]
 * --snapshot keeps prod's stores in deploy/snapshots/, which tests compare the next ones with.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerHelp } from './command-line.ts';

answerHelp(`Makes the CloudFormation templates, into deploy/cdk.out/NAME. Usage: npm run synth [-- [--snapshot] [NAME ...]]

  NAME        an environment of deploy/environments (default: all)
  --snapshot  keep prod's stores in deploy/snapshots/, which tests compare the next ones with
  --help      this text

Needs no account and no network. Exits 1 with findings that are not acknowledged.
`);

const folder = join(import.meta.dirname, '../deploy');

if (!isInstalled()) {
  process.stderr.write('Installing what the stacks are made with (npm ci in deploy/) ...\n');
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
}
const given = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const all = readdirSync(join(folder, 'environments')).map((file) => file.replace('.json', ''));
for (const name of given.length > 0 ? given : all) {
  const startedAt = Date.now();
  run(process.execPath, [
    ...['node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '--no-notices', '--no-lookups'],
    ...['--context', `environment=${name}`, '--output', `cdk.out/${name}`],
  ]);
  const stacks = readdirSync(join(folder, 'cdk.out', name)).filter((file) => file.endsWith('.template.json'));
  console.log(`${name}: ${stacks.length} stacks (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
}
if (process.argv.includes('--snapshot')) {
  const stores = readdirSync(join(folder, 'cdk.out/prod')).filter((file) =>
    file.endsWith('-store.template.json'),
  );
  for (const file of stores)
    copyFileSync(join(folder, 'cdk.out/prod', file), join(folder, 'snapshots', file));
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/** npm keeps what it installed in a lock file of its own. */
function isInstalled(): boolean {
  const installed = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const versions = (file: string): string =>
    JSON.stringify(
      Object.entries((JSON.parse(readFileSync(file, 'utf8')) as Lock).packages).flatMap(
        ([path, { version, optional, peer }]) =>
          path === '' || optional === true || peer === true ? [] : [[path, version]],
      ),
    );
  return versions(installed) === versions(join(folder, 'package-lock.json'));
}

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly optional?: boolean; readonly peer?: boolean }>
  >;
}
