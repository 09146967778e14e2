import { build } from 'esbuild';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { bundleCompiled } from './bundle-compiled.ts';
import { esbuildOptions, type BundleOptions } from './esbuild-options.ts';
import { rehearseGateway } from './rehearse-gateway.ts';
import { root, type Service } from './services.ts';

/** Dependencies that are CommonJS ask for Node's own modules by `require`. */
const REQUIRE =
  "import { createRequire as tributaryCreateRequire } from 'node:module';\n" +
  'const require = tributaryCreateRequire(import.meta.url);';

/** Before the names of what programs share, and of what they load only when they need it. */
const PART = 'part-';

/** Bundles a service and its threads: main.js, a file for each thread, and parts or compiled code beside them. */
export async function bundleService(
  { kind, folder, threads, native }: Service,
  output: string,
  { sourceMaps = false }: Pick<BundleOptions, 'sourceMaps'> = {},
): Promise<void> {
  const entryPoints = Object.fromEntries(
    Object.entries({ 'main.js': 'main.ts', ...threads }).map(
      ([file, source]) => [file, join(root, folder, 'src', source)] as const,
    ),
  );
  if (kind === 'gateway')
    await bundleCompiled(entryPoints, output, rehearseGateway, { external: native, sourceMaps });
  else await bundlePrograms(entryPoints, output, native);
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
      ...esbuildOptions,
      entryPoints: Object.entries(entryPoints)
        .filter(([file]) => extname(file) === extension)
        .map(([file, source]) => ({ in: source, out: file.slice(0, -extension.length) })),
      outdir: output,
      outExtension: { '.js': extension },
      splitting: true,
      // Beside the programs: what finds files from where it lies finds them from a part, too.
      chunkNames: `${PART}[name]-[hash]`,
      format: 'esm',
      banner: { js: REQUIRE },
      external: [...external, ...esbuildOptions.external],
    });
}
