import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root, type Service } from './services.ts';

/** Dependencies that are CommonJS ask for Node's own modules by `require`. */
const REQUIRE =
  "import { createRequire as tributaryCreateRequire } from 'node:module';\n" +
  'const require = tributaryCreateRequire(import.meta.url);';

/** Bundles a service and its threads: main.js, and a file for each thread beside it. */
export async function bundleService({ folder, threads, native }: Service, output: string): Promise<void> {
  const entryPoints = Object.entries({ main: 'main.ts', ...threads }).map(
    ([name, file]) => [name, join(root, folder, 'src', file)] as const,
  );
  await bundlePrograms(Object.fromEntries(entryPoints), output, native);
}

/**
 * Bundles programs for Node, each into one file.
 *
 * @param entryPoints Source by the program's name.
 * @param external Packages that stay outside.
 */
export async function bundlePrograms(
  entryPoints: Readonly<Record<string, string>>,
  output: string,
  external: readonly string[] = [],
): Promise<void> {
  await Promise.all(Object.keys(entryPoints).map((name) => rm(join(output, `${name}.js`), { force: true })));
  await build({
    entryPoints,
    outdir: output,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: REQUIRE },
    // pg looks for it when it is asked to use libpq, and nobody asks.
    external: [...external, 'pg-native'],
    // The licences of what is bundled go with it: main.js.LEGAL.txt.
    legalComments: 'external',
    logLevel: 'error',
  });
}
