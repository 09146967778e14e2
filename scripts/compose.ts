import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { composeSupergraph, type CompositionMessage } from './composition/compose-supergraph.ts';
import { readArguments } from './command-line.ts';
import { readSupergraphConfig } from './composition/read-supergraph-config.ts';

const HELP = `Composes the contracts that rover.yaml names into the supergraph.

Usage: npm run compose [-- options]

  --config FILE  supergraph configuration in rover's format (default: rover.yaml)
  --out FOLDER   where supergraph.graphql and api.graphql go (default: schema)
  --check        write nothing; exit 1 when the files are stale
  --help         this text
`;

const root = join(import.meta.dirname, '..');

async function main(): Promise<number> {
  const { values } = readArguments({
    options: {
      config: { type: 'string', default: join(root, 'rover.yaml') },
      out: { type: 'string', default: join(root, 'schema') },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const sources = await readSupergraphConfig(values.config);
  const { messages, result } = composeSupergraph(sources, process.cwd());
  for (const message of messages) console.error(`${format(message)}\n`);
  if (result === undefined) {
    console.error('Composition failed; nothing was written.');
    return 1;
  }
  const outputs = { 'supergraph.graphql': result.supergraphSdl, 'api.graphql': result.apiSdl };
  const stale: string[] = [];
  for (const [name, sdl] of Object.entries(outputs)) {
    const path = join(values.out, name);
    if ((await readFile(path, 'utf8').catch(() => undefined)) === sdl) continue;
    stale.push(path);
    if (!values.check) await writeFile(path, sdl);
  }
  if (values.check && stale.length > 0) {
    console.error(`Stale: ${stale.join(', ')}. Run npm run compose.`);
    return 1;
  }
  const names = sources.subgraphs.map(({ name }) => name).join(', ');
  console.log(
    `Composed ${names}: ${stale.length === 0 ? 'nothing changed' : `wrote ${stale.map((path) => relative(process.cwd(), path)).join(', ')}`}.`,
  );
  return 0;
}

function format({ severity, code, message, places, fix }: CompositionMessage): string {
  return [
    `${severity} ${code}: ${message}`,
    ...places.map(({ subgraph, location }) => `  in ${subgraph} at ${location}`),
    ...(fix === undefined ? [] : [`  fix: ${fix}`]),
  ].join('\n');
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
