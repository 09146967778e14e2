import { composeServices } from '@apollo/composition';
import { Supergraph } from '@apollo/federation-internals';
import { parse, printSchema, type ASTNode, type GraphQLError } from 'graphql';
import { relative } from 'node:path';
import { fixFor } from './fixes.ts';
import type { SupergraphSources } from './read-supergraph-config.ts';

export interface CompositionMessage {
  readonly severity: 'error' | 'hint';
  readonly code: string;
  readonly message: string;
  /** `file:line:column` of each place in a contract, with its subgraph. */
  readonly places: readonly { readonly subgraph: string; readonly location: string }[];
  /** What to do about it, when we know. */
  readonly fix: string | undefined;
}

export interface Composition {
  readonly messages: readonly CompositionMessage[];
  /** Absent when there are errors. */
  readonly result: { readonly supergraphSdl: string; readonly apiSdl: string } | undefined;
}

/** Composes the contracts and derives the schema that clients see. */
export function composeSupergraph(sources: SupergraphSources, rootFolder: string): Composition {
  const files = new Map(sources.subgraphs.map(({ name, file }) => [name, relative(rootFolder, file)]));
  const services = [];
  const syntaxErrors: CompositionMessage[] = [];
  for (const { name, routingUrl, sdl } of sources.subgraphs) {
    try {
      services.push({ name, url: routingUrl, typeDefs: parse(sdl) });
    } catch (error) {
      syntaxErrors.push(describeSyntaxError(name, files.get(name) ?? name, error as GraphQLError));
    }
  }
  if (syntaxErrors.length > 0) return { messages: syntaxErrors, result: undefined };

  const composed = composeServices(services);
  const errors = (composed.errors ?? []).map((error) => {
    const code = typeof error.extensions['code'] === 'string' ? error.extensions['code'] : 'UNKNOWN';
    return describe('error', code, error.message, error.nodes ?? [], files);
  });
  const hints = (composed.hints ?? []).map((hint) =>
    describe('hint', hint.definition.code, hint.message, hint.nodes ?? [], files),
  );
  const { supergraphSdl } = composed;
  if (errors.length > 0 || supergraphSdl === undefined) return { messages: [...errors, ...hints], result: undefined };
  const apiSdl = printSchema(Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema());
  return { messages: hints, result: { supergraphSdl: `${supergraphSdl.trim()}\n`, apiSdl: `${apiSdl.trim()}\n` } };
}

function describe(
  severity: 'error' | 'hint',
  code: string,
  message: string,
  nodes: readonly (ASTNode & { readonly subgraph?: string })[],
  files: ReadonlyMap<string, string>,
): CompositionMessage {
  const places = nodes.flatMap((node) => {
    if (node.subgraph === undefined || node.loc === undefined) return [];
    const { line, column } = node.loc.startToken;
    return [{ subgraph: node.subgraph, location: `${files.get(node.subgraph) ?? '?'}:${line}:${column}` }];
  });
  return { severity, code, message, places, fix: fixFor(code) };
}

function describeSyntaxError(subgraph: string, file: string, error: GraphQLError): CompositionMessage {
  const { line, column } = error.locations?.[0] ?? { line: 1, column: 1 };
  return {
    severity: 'error',
    code: 'INVALID_GRAPHQL',
    message: `[${subgraph}] ${error.message}`,
    places: [{ subgraph, location: `${file}:${line}:${column}` }],
    fix: fixFor('INVALID_GRAPHQL'),
  };
}
