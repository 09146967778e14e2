/**
 * Bundles the gateway into gateway/dist: main.js, planner-thread.js beside it, and the explorer.
 * Usage: npm run build:gateway, then node --max-semi-space-size=64 gateway/dist/main.js --help
 */
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildExplorer } from './build-explorer.ts';

const root = join(import.meta.dirname, '..');
const source = join(root, 'gateway/src');
const output = join(root, 'gateway/dist');

/** Dependencies that are CommonJS ask for Node's own modules by `require`. */
const REQUIRE =
  "import { createRequire as tributaryCreateRequire } from 'node:module';\n" +
  'const require = tributaryCreateRequire(import.meta.url);';

export async function buildGateway(): Promise<void> {
  await Promise.all(['main.js', 'planner-thread.js'].map((name) => rm(join(output, name), { force: true })));
  await build({
    entryPoints: { main: join(source, 'main.ts'), 'planner-thread': join(source, 'planning/thread.ts') },
    outdir: output,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: REQUIRE },
    // The licences of what is bundled go with it: main.js.LEGAL.txt.
    legalComments: 'external',
    logLevel: 'error',
  });
  await buildExplorer();
}

if (process.argv[1] === import.meta.filename) {
  await buildGateway();
  console.log('built: gateway/dist/main.js');
}
