import { init, parse } from 'es-module-lexer';
import { build } from 'esbuild';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { esbuildOptions, type BundleOptions } from './esbuild-options.ts';

/**
 * Bundles programs that start from compiled code. For main.js there are three files: main.cjs is the program, main.cjs.code
 * what V8 compiled of it in a rehearsal, main.js starts the one by the other (start-compiled.ts).
 *
 * V8 compiles a function when it is first called, so what a rehearsal has called is what a start needs. Programs are
 * CommonJS, because Node gives compiled code to no other kind.
 *
 * @param entryPoints Source by the program's file name. One is main.js; the others are threads that it starts.
 * @param rehearse Has the given main.js do what is first asked of it, then sends it a message, by which it writes and ends.
 */
export async function bundleCompiled(
  entryPoints: Readonly<Record<string, string>>,
  output: string,
  rehearse: (main: string) => Promise<void>,
  { external = [], sourceMaps = false }: BundleOptions = {},
): Promise<void> {
  await mkdir(output, { recursive: true });
  const programs = Object.entries(entryPoints).map(([file, source]) => ({
    in: source,
    out: basename(file, '.js'),
  }));
  await build({
    ...esbuildOptions,
    entryPoints: programs,
    outdir: output,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    // What start-compiled.ts calls.
    banner: { js: '(function (require, importModule, importMeta) {' },
    footer: { js: '})' },
    sourcemap: sourceMaps ? 'external' : false,
    sourcesContent: false,
    define: { 'import.meta': 'importMeta' },
    external: [...external, ...esbuildOptions.external],
  });
  for (const { out } of programs) await passOnImports(join(output, `${out}.cjs`));
  await writeStarters(programs, output, { rehearsal: true });
  await rehearse(join(output, 'main.js'));
  await writeStarters(programs, output, { rehearsal: false });
}

/** Functions that V8 did not compile itself may not import, in Node 20: it cannot tell for which file. main.js does it for them. */
async function passOnImports(program: string): Promise<void> {
  await init;
  let code = await readFile(program, 'latin1');
  for (const { ss: start, d: end } of parse(code)[0].toReversed())
    if (end >= 0) code = `${code.slice(0, start)}importModule${code.slice(end)}`;
  await writeFile(program, code, 'latin1');
}

async function writeStarters(
  programs: readonly { readonly out: string }[],
  output: string,
  { rehearsal }: { readonly rehearsal: boolean },
): Promise<void> {
  await build({
    ...esbuildOptions,
    entryPoints: programs.map(({ out }) => ({ in: join(import.meta.dirname, 'start-compiled.ts'), out })),
    outdir: output,
    format: 'esm',
    define: { REHEARSAL: String(rehearsal) },
    minifySyntax: true,
  });
}
