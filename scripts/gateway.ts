/** `npm run gateway`: the gateway alone, with its explorer built. */
import { buildExplorer } from './build-explorer.ts';

if (!process.argv.includes('--help') && !process.argv.includes('-h')) await buildExplorer();
await import('../gateway/src/main.ts');
