/** `npm run chaos`: money and stock while everything around them fails. See --help. */
import { HELP, OptionsError, readOptions } from './options.ts';
import { runChaos } from './run-chaos.ts';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function main(args: readonly string[]): Promise<number> {
  const { help, minutes, seed, bug } = readOptions(args);
  if (help) {
    print(HELP);
    return 0;
  }
  print(`${minutes} min of load, seed ${seed}${bug === undefined ? '' : `, with the bug ${bug}`}`);
  const { journal, snapshots, violations } = await runChaos({ minutes, seed, bug, onProgress: print });
  for (const [what, count] of [...journal.counts].sort(([a], [b]) => (a < b ? -1 : 1)))
    print(`${count}\t${what}`);
  print(`${snapshots}\tsnapshots of the books looked at`);
  const names = Object.keys(violations);
  for (const name of names) print(`VIOLATED: ${name}\n${JSON.stringify(violations[name], null, 2)}`);
  const again = `npm run chaos -- --minutes ${minutes} --seed ${seed}${bug === undefined ? '' : ` --bug ${bug}`}`;
  print(names.length === 0 ? 'zero violations' : `${names.length} violated; again with: ${again}`);
  return names.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isExpected = error instanceof OptionsError;
  process.stderr.write(`${isExpected ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
}
