/** Usage: build-local-setup.ts FOLDER */
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSupergraphConfig } from '../composition/read-supergraph-config.ts';
import { bundlePrograms } from '../services/bundle-service.ts';
import { root } from '../services/services.ts';

const [output] = process.argv.slice(2);
if (output === undefined) throw new Error('Usage: build-local-setup.ts FOLDER');
await bundlePrograms(
  {
    'secrets.js': join(import.meta.dirname, 'local-secrets.ts'),
    'graph.js': join(import.meta.dirname, 'local-graph.ts'),
  },
  output,
);
const { subgraphs } = await readSupergraphConfig(join(root, 'rover.yaml'));
for (const file of [join(root, 'rover.yaml'), ...subgraphs.map((subgraph) => subgraph.file)])
  await cp(file, join(output, file.slice(root.length)));
await cp(join(root, 'services.json'), join(output, 'services.json'));
await writeFile(join(output, 'package.json'), '{ "type": "module" }\n');
