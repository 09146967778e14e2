/**
 * Bundles the gateway into gateway/dist: main.js, planner-thread.js beside it, and the explorer.
 * Usage: npm run build:gateway, then node --max-semi-space-size=32 gateway/dist/main.js --help
 */
import { join } from 'node:path';
import { buildExplorer } from './build-explorer.ts';
import { answerHelp } from './command-line.ts';
import { bundleService } from './services/bundle-service.ts';
import { findService, root } from './services/services.ts';

export async function buildGateway(): Promise<void> {
  await bundleService(findService('gateway'), join(root, 'gateway/dist'));
  await buildExplorer();
}

if (process.argv[1] === import.meta.filename) {
  answerHelp(`Bundles the gateway and its explorer into gateway/dist. Usage: npm run build:gateway

Then: node --max-semi-space-size=32 gateway/dist/main.js --help
`);
  await buildGateway();
  console.log('built: gateway/dist/main.js');
}
