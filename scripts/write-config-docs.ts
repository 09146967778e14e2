/** Writes what is generated from the gateway's configuration: the JSON Schema for editors and docs/config.md. */
import { writeFile } from 'node:fs/promises';
import { configDocs } from './config-docs/config-docs.ts';

for (const [file, content] of await configDocs()) {
  await writeFile(file, content);
  process.stdout.write(`${file}\n`);
}
