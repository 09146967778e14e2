/**
 * Bundles the gateway into gateway/dist: main.js, planner-thread.js beside it, and the explorer.
 * Usage: npm run build:gateway, then node --max-semi-space-size=32 gateway/dist/main.js --help
 */
import { join } from 'node:path';
import { buildExplorer } from './build-explorer.ts';
import { answerHelp, readArguments } from './command-line.ts';
import { bundleService } from './services/bundle-service.ts';
import type { BundleOptions } from './services/esbuild-options.ts';
import { findService, root } from './services/services.ts';

export async function buildGateway(options?: Pick<BundleOptions, 'sourceMaps'>): Promise<void> {
  await bundleService(findService('gateway'), join(root, 'gateway/dist'), options);
  await buildExplorer();
}

if (process.argv[1] === import.meta.filename) {
  answerHelp(`Bundles the gateway and its explorer into gateway/dist. Usage: npm run build:gateway -- [--source-maps]

  --source-maps  writes main.cjs.map, too, which says where the code of main.cjs is from

Then: node --max-semi-space-size=32 gateway/dist/main.js --help
`);
  const { values } = readArguments({ options: { 'source-maps': { type: 'boolean', default: false } } });
  await buildGateway({ sourceMaps: values['source-maps'] });
  console.log('built: gateway/dist/main.js');
}
