import { build, type Plugin } from 'esbuild';
import { mkdir, readdir, rm } from 'node:fs/promises';
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

/**
 * Its index loads a browser's whole network, and Node's own copy of it, besides: a tenth of what the gateway's start takes.
 * Here stands what is asked of it; for anything else the build fails.
 */
const UNDICI: Plugin = {
  name: 'undici',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'undici' }));
    onLoad({ filter: /./, namespace: 'undici' }, () => ({
      contents: `export { default as Pool } from 'undici/lib/dispatcher/pool.js';
        export { default as buildConnector } from 'undici/lib/core/connect.js';`,
      resolveDir: root,
    }));
  },
};

/** Before the names of what programs share, and of what they load only when they need it. */
const PART = 'part-';

/** Bundles a service and its threads: main.js, a file for each thread, and parts beside them. */
export async function bundleService({ folder, threads, native }: Service, output: string): Promise<void> {
  const entryPoints = Object.entries({ 'main.js': 'main.ts', ...threads }).map(
    ([file, source]) => [file, join(root, folder, 'src', source)] as const,
  );
  await bundlePrograms(Object.fromEntries(entryPoints), output, native);
}

/**
 * Bundles programs for Node. Code that a program imports only under some configuration is read only then: to compile
 * all that could be asked for is most of what a start takes.
 *
 * @param entryPoints Source by the program's file name.
 * @param output All bundles of a folder are made at once: the parts of an earlier build are removed.
 * @param external Packages that stay outside.
 */
export async function bundlePrograms(
  entryPoints: Readonly<Record<string, string>>,
  output: string,
  external: readonly string[] = [],
): Promise<void> {
  await mkdir(output, { recursive: true });
  const earlier = (await readdir(output)).filter((file) => file in entryPoints || file.startsWith(PART));
  await Promise.all(earlier.map((file) => rm(join(output, file))));
  // A build gives all of its files one extension.
  for (const extension of new Set(Object.keys(entryPoints).map(extname)))
    await build({
      entryPoints: Object.entries(entryPoints)
        .filter(([file]) => extname(file) === extension)
        .map(([file, source]) => ({ in: source, out: file.slice(0, -extension.length) })),
      outdir: output,
      outExtension: { '.js': extension },
      bundle: true,
      splitting: true,
      // Beside the programs: what finds files from where it lies finds them from a part, too.
      chunkNames: `${PART}[name]-[hash]`,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      banner: { js: REQUIRE },
      external: [...external, ...NEVER_LOADED],
      plugins: [UNDICI],
      // The licences of what is bundled go with it: main.js.LEGAL.txt.
      legalComments: 'external',
      // A sixth of what a start takes is to read the code. Names stay, and lines that an error's place can be found in.
      minifyWhitespace: true,
      lineLimit: 160,
      logLevel: 'error',
    });
}
