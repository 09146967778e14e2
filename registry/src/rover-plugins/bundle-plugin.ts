import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { tarOf } from './tar.ts';

/** The program as an image has it: beside the registry's own bundle, made when the image is built. */
const BUILT = 'supergraph-plugin.cjs';
const IS_BUNDLED = !import.meta.url.endsWith('.ts');

/** The program that composes as this registry does, for the build of an image. */
export const roverPlugin = { file: BUILT, bundle: bundleProgram };

/**
 * The archive that rover downloads: one program for every machine with Node. Apollo's own is a binary that only Apollo's
 * host has.
 */
export async function bundlePlugin(): Promise<Buffer> {
  const content = IS_BUNDLED
    ? await readFile(new URL(`./${BUILT}`, import.meta.url))
    : Buffer.from(await bundleProgram());
  return promisify(gzip)(tarOf({ path: 'dist/supergraph', mode: 0o755, content }));
}

async function bundleProgram(): Promise<Uint8Array> {
  // Not at the top: an image has the program, and nothing to make it with.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./supergraph-plugin.ts', import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'silent',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
