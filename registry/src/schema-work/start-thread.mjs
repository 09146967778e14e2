// Node 20 cannot load TypeScript: a thread that is started from source registers the loader itself.
import { register } from 'tsx/esm/api';

register();
await import('./thread.ts');
