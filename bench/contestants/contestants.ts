import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant, Launch } from './contestant.ts';
import { tributary, tributaryObserved, tributaryPipelined } from './tributary.ts';

const apollo = (): string =>
  `@apollo/gateway ${versionOf('@apollo/gateway')}, @apollo/server ${versionOf('@apollo/server')}`;
const hive = (): string => `@graphql-hive/gateway ${versionOf('@graphql-hive/gateway')}`;

const program =
  (file: string, ...flags: readonly string[]) =>
  ({ supergraphFile, subgraphsUrl, port, answerFile }: Launch) => ({
    args: [
      join(import.meta.dirname, file),
      ...['--supergraph', supergraphFile, '--subgraphs', subgraphsUrl],
      ...['--port', String(port), '--answer', answerFile],
      ...flags,
    ],
  });

const hiveCommand =
  (...flags: readonly string[]) =>
  ({ supergraphFile, port, sharing }: Launch) => ({
    args: [
      join(import.meta.dirname, '../node_modules/@graphql-hive/gateway/dist/bin.js'),
      ...['supergraph', supergraphFile, '--config-path', join(import.meta.dirname, 'hive.config.mjs')],
      ...['--host', '127.0.0.1', '--port', String(port), '--fork', '1'],
      ...flags,
    ],
    env: { SHARING: sharing ? '1' : '0' },
  });

/** @throws Error when the dependencies of bench/ are not installed. */
function versionOf(name: string): string {
  const file = join(import.meta.dirname, '../node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

export const CONTESTANTS: readonly Contestant[] = [
  { name: 'apollo', role: 'peer', product: apollo, command: program('apollo.mjs') },
  {
    name: 'apollo-undici',
    role: 'peer',
    product: () => `${apollo()}, undici ${versionOf('undici')}'s request as fetcher`,
    command: program('apollo.mjs', '--undici'),
  },
  { name: 'hive', role: 'peer', product: () => `${hive()} --jit`, command: hiveCommand('--jit') },
  {
    name: 'hive-router-runtime',
    role: 'peer',
    product: () => `${hive()} --hive-router-runtime ${versionOf('@graphql-hive/router-runtime')}`,
    // Not with --jit: that executes the schema past this runtime and answers null for everything.
    command: hiveCommand('--hive-router-runtime'),
  },
  {
    name: 'mercurius',
    role: 'peer',
    product: () =>
      `@mercuriusjs/gateway ${versionOf('@mercuriusjs/gateway')}, mercurius ${versionOf('mercurius')}`,
    command: program('mercurius.mjs'),
  },
  tributary,
  tributaryObserved,
  tributaryPipelined,
  {
    name: 'hand-written',
    role: 'bound',
    product: () => 'a program for this one operation, node:http and undici',
    workloads: ['deep', 'mutation'],
    command: program('hand-written.mjs'),
  },
  {
    name: 'static',
    role: 'bound',
    product: () => 'node:http repeating the right answer',
    workloads: ['deep', 'tiny', 'list'],
    command: program('static.mjs'),
  },
];
