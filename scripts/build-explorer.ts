/**
 * Bundles gateway/explorer into gateway/dist/explorer, when its sources or the dependencies have changed.
 * Usage: node scripts/run.mjs scripts/build-explorer.ts
 */
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { answerHelp } from './command-line.ts';

const root = join(import.meta.dirname, '..');
const source = join(root, 'gateway/explorer');
const output = join(root, 'gateway/dist/explorer');

export async function buildExplorer(): Promise<'built' | 'up to date'> {
  const stamp = join(output, '.inputs');
  const inputs = await hashInputs();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === inputs) return 'up to date';
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const shared = { bundle: true, minify: true, outdir: output, logLevel: 'error' } as const;
  // The workers are dependencies of graphiql, not ours: resolve them as it would.
  const require = createRequire(
    createRequire(join(root, 'gateway/package.json')).resolve('graphiql/package.json'),
  );
  await Promise.all([
    build({
      ...shared,
      entryPoints: [join(source, 'main.tsx')],
      format: 'esm',
      jsx: 'automatic',
      target: 'es2022',
      loader: { '.ttf': 'dataurl' },
      define: { 'process.env.NODE_ENV': '"production"' },
    }),
    build({
      ...shared,
      entryPoints: {
        'editor.worker': require.resolve('monaco-editor/esm/vs/editor/editor.worker.js'),
        'json.worker': require.resolve('monaco-editor/esm/vs/language/json/json.worker.js'),
        'graphql.worker': require.resolve('monaco-graphql/esm/graphql.worker.js'),
      },
      format: 'iife',
      define: { 'process.env.NODE_ENV': '"production"' },
    }),
  ]);
  await copyFile(join(source, 'index.html'), join(output, 'index.html'));
  await writeFile(stamp, inputs);
  return 'built';
}

async function hashInputs(): Promise<string> {
  const hash = createHash('sha256');
  const files = (await readdir(source)).sort().map((name) => join(source, name));
  for (const file of [...files, join(root, 'package-lock.json'), import.meta.filename])
    hash.update(await readFile(file));
  return hash.digest('hex');
}

if (process.argv[1] === import.meta.filename) {
  answerHelp(`Bundles the explorer into gateway/dist/explorer, when it changed. Usage: npm run build:explorer
`);
  console.log(`explorer: ${await buildExplorer()}`);
}
