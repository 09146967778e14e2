#!/usr/bin/env -S node --max-semi-space-size=32
// `npx gateway`: what `npm run gateway --` does, with paths from the folder it is called in.
process.argv.splice(2, 0, 'scripts/gateway.ts');
await import('../../scripts/run.mjs');
