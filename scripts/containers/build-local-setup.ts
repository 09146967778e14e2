/** Usage: build-local-secrets.ts FOLDER */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundlePrograms } from '../services/bundle-service.ts';

const [output] = process.argv.slice(2);
if (output === undefined) throw new Error('Usage: build-local-secrets.ts FOLDER');
await bundlePrograms({ main: join(import.meta.dirname, 'local-secrets.ts') }, output);
await writeFile(join(output, 'package.json'), '{ "type": "module" }\n');
