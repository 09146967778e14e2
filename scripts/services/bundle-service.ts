import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { root, type Service } from './services.ts';

/** Dependencies that are CommonJS ask for Node's own modules by `require`. */
const REQUIRE =
  "import { createRequire as tributaryCreateRequire } from 'node:module';\n" +
  'const require = tributaryCreateRequire(import.meta.url);';

/**
 * What no bundle runs: pg looks for pg-native when it is asked to use libpq, and nobody asks; the registry takes esbuild
 * only when it runs from its source.
 */
const NEVER_LOADED = ['pg-native', 'esbuild'];

/** Bundles a service and its threads: main.js, and a file for each thread beside it. */
export async function bundleService({ folder, threads, native }: Service, output: string): Promise<void> {
  const entryPoints = Object.entries({ 'main.js': 'main.ts', ...threads }).map(
    ([file, source]) => [file, join(root, folder, 'src', source)] as const,
  );
  await bundlePrograms(Object.fromEntries(entryPoints), output, native);
}

/**
 * Bundles programs for Node, each into one file.
 *
 * @param entryPoints Source by the program's file name.
 * @param external Packages that stay outside.
 */
export async function bundlePrograms(
  entryPoints: Readonly<Record<string, string>>,
  output: string,
  external: readonly string[] = [],
): Promise<void> {
  await Promise.all(Object.keys(entryPoints).map((file) => rm(join(output, file), { force: true })));
  // A build gives all of its files one extension.
  for (const extension of new Set(Object.keys(entryPoints).map(extname)))
    await build({
      entryPoints: Object.entries(entryPoints)
        .filter(([file]) => extname(file) === extension)
        .map(([file, source]) => ({ in: source, out: file.slice(0, -extension.length) })),
      outdir: output,
      outExtension: { '.js': extension },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      banner: { js: REQUIRE },
      external: [...external, ...NEVER_LOADED],
      // The licences of what is bundled go with it: main.js.LEGAL.txt.
      legalComments: 'external',
      logLevel: 'error',
    });
}
