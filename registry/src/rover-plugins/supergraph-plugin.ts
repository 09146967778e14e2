/** rover runs this as `supergraph-v2.x.y compose FILE`; see bundle-plugin.ts. */
import { readFileSync, writeSync } from 'node:fs';
import { composeFile } from './compose-file.ts';

const STDOUT = 1;

const [command, file = ''] = process.argv.slice(2);
if (command !== 'compose')
  throw new Error(`Usage: supergraph compose FILE; this knows no command ${command ?? ''}`);
const answer = composeFile(readFileSync(file, 'utf8'));
const bytes = Buffer.from(`${JSON.stringify(answer)}\n`);
for (let written = 0; written < bytes.length;) written += writeSync(STDOUT, bytes, written);
process.exitCode = 'Ok' in answer ? 0 : 1;
