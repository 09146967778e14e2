import { composeServices } from '@apollo/composition';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import {
  parse,
  printSchema,
  type ASTNode,
  type DocumentNode,
  type GraphQLError,
  type Location,
} from 'graphql';
import { relative } from 'node:path';
import { fixFor } from './fixes.ts';
import { locateCoordinates } from './locate-coordinates.ts';
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

interface Contract {
  readonly name: string;
  readonly url: string;
  /** Relative to where the command runs, so that editors can follow it. */
  readonly file: string;
  readonly typeDefs: DocumentNode;
}

/** Composes the contracts and derives the schema that clients see. */
export function composeSupergraph(sources: SupergraphSources, rootFolder: string): Composition {
  const contracts: Contract[] = [];
  const syntaxErrors: CompositionMessage[] = [];
  for (const { name, routingUrl, file: path, sdl } of sources.subgraphs) {
    const file = relative(rootFolder, path);
    try {
      contracts.push({ name, url: routingUrl, file, typeDefs: parse(sdl) });
    } catch (error) {
      syntaxErrors.push(describeSyntaxError(name, file, error as GraphQLError));
    }
  }
  if (syntaxErrors.length > 0) return { messages: syntaxErrors, result: undefined };

  const composed = composeServices(contracts);
  const hints = (composed.hints ?? []).map((hint) =>
    describe('hint', hint.definition.code, hint.message, hint.nodes ?? [], contracts),
  );
  if (composed.errors !== undefined) {
    const errors = composed.errors.map((error) => {
      const code = typeof error.extensions['code'] === 'string' ? error.extensions['code'] : 'UNKNOWN';
      return describe('error', code, error.message, error.nodes ?? [], contracts);
    });
    return { messages: [...errors, ...hints], result: undefined };
  }
  const { supergraphSdl } = composed;
  const supergraph = Supergraph.build(supergraphSdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  });
  const apiSdl = printSchema(supergraph.apiSchema().toGraphQLJSSchema());
  return {
    messages: hints,
    result: { supergraphSdl: `${supergraphSdl.trim()}\n`, apiSdl: `${apiSdl.trim()}\n` },
  };
}

function describe(
  severity: 'error' | 'hint',
  code: string,
  message: string,
  nodes: readonly (ASTNode & { readonly subgraph?: string })[],
  contracts: readonly Contract[],
): CompositionMessage {
  const fromNodes = nodes.flatMap(({ subgraph, loc }) => {
    const contract = contracts.find(({ name }) => name === subgraph);
    return contract === undefined || loc === undefined ? [] : [placeOf(contract, loc)];
  });
  const places = fromNodes.length > 0 ? fromNodes : placesNamedIn(message, contracts);
  return { severity, code, message, places, fix: fixFor(code) };
}

function placesNamedIn(message: string, contracts: readonly Contract[]): CompositionMessage['places'] {
  const named = contracts.filter(({ name }) => message.includes(`"${name}"`));
  return (named.length > 0 ? named : contracts).flatMap((contract) =>
    locateCoordinates(message, contract.typeDefs).map((location) => placeOf(contract, location)),
  );
}

const placeOf = ({ name, file }: Contract, { startToken }: Location) => ({
  subgraph: name,
  location: `${file}:${startToken.line}:${startToken.column}`,
});

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
