import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { tarOf } from './tar.ts';

const ENTRY = fileURLToPath(new URL('./supergraph-plugin.ts', import.meta.url));

/**
 * The archive that rover downloads: one program that composes as this registry does, for every machine with Node.
 * Apollo's own is a binary that only Apollo's host has.
 */
export async function bundlePlugin(): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'silent',
  });
  const content = Buffer.from(outputFiles[0]?.contents ?? []);
  return promisify(gzip)(tarOf({ path: 'dist/supergraph', mode: 0o755, content }));
}
