import { join } from 'node:path';
import { format } from 'prettier';
import { gatewayJsonSchema } from '@tributary/gateway';
import { allowReferences } from './allow-references.ts';
import { describeOptions } from './describe-options.ts';

const root = join(import.meta.dirname, '../..');

const INTRODUCTION = `# Configuration of the gateway

A supergraph is all it needs:

\`\`\`yaml
supergraph: ./supergraph.graphql
\`\`\`

\`npm run gateway -- --config gateway.yaml\` serves by it; without \`--config\` a \`gateway.yaml\` in the current folder is taken.
\`--check-config\` says what is wrong with it and with the files that it names, all of it at once, and ends with exit code 0 when nothing is.

- **It is reloaded** when it changes, within a second. Requests in flight end by what they began with. A file that is wrong is
  refused with its problems in the log, and the old one stays. \`listen\`, \`workers\`, \`log\`, \`telemetry\`,
  \`tls.supergraph\`, \`query_planning.timeout\`, \`limits.http1_max_request_headers\` and
  \`limits.http1_max_request_buf_size\` need a restart; the log says so.
- **References**: \`\${env.NAME}\` is an environment variable, \`\${env.NAME:-otherwise}\` has a value for when it is not set, and
  \`\${file.path}\` is what is in a file, without the line feed at its end. Secrets need not be in the file that way.
- **Paths** are relative to the file they stand in.
- **Units**: times are written \`500ms\`, \`30s\`, \`5m\` or \`1h\`, sizes \`512KiB\` or \`10MB\`.
- **Editors** complete it with the line \`# yaml-language-server: $schema=gateway.schema.json\`.

Options have Apollo Router's names where it has them.

## Options

`;

/** The files that are generated, by path: their content. */
export async function configDocs(): Promise<ReadonlyMap<string, string>> {
  const schema = {
    $id: 'gateway.schema.json',
    title: 'Configuration of the Tributary gateway',
    ...gatewayJsonSchema(),
  };
  const files: readonly (readonly [path: string, text: string, parser: 'json' | 'markdown'])[] = [
    ['gateway/gateway.schema.json', JSON.stringify(allowReferences(schema)), 'json'],
    ['docs/config.md', INTRODUCTION + describeOptions(schema), 'markdown'],
  ];
  const formatted = files.map(async ([path, text, parser]): Promise<[string, string]> => [
    join(root, path),
    await format(text, { parser, printWidth: 110, singleQuote: true }),
  ]);
  return new Map(await Promise.all(formatted));
}
