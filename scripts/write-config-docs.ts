/** Writes what is generated from the gateway's configuration: the JSON Schema for editors and docs/config.md. */
import { writeFile } from 'node:fs/promises';
import { configDocs } from './config-docs/config-docs.ts';
import { answerHelp } from './command-line.ts';

answerHelp(`Writes docs/config.md and gateway/gateway.schema.json from the gateway's configuration. Usage: npm run config
`);

for (const [file, content] of await configDocs()) {
  await writeFile(file, content);
  process.stdout.write(`${file}\n`);
}
