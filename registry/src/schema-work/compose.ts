import { composeServices } from '@apollo/composition';
import {
  printSchema as printFederationSchema,
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph,
} from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { GraphQLError, parse, printSchema, type ASTNode, type DocumentNode } from 'graphql';
import type { ComposedSupergraph, Composition, SchemaMessage, SubgraphToCompose } from './protocol.ts';

/** The one subgraph that a schema without subgraphs is taken for. */
const WHOLE = 'graph';

/** Composes subgraphs, and loads the result as a gateway would: what a planner refuses is never served. */
export function compose(subgraphs: readonly SubgraphToCompose[]): Composition {
  const parsed: { readonly name: string; readonly url: string; readonly typeDefs: DocumentNode }[] = [];
  const syntaxErrors: SchemaMessage[] = [];
  // Composition's messages follow the order of subgraphs: by name, whatever order they were published in.
  for (const { name: given, url, sdl } of [...subgraphs].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = given === '' ? WHOLE : given;
    try {
      parsed.push({ name, url, typeDefs: parse(sdl) });
    } catch (error) {
      syntaxErrors.push(describeSyntaxError(name, error));
    }
  }
  if (syntaxErrors.length > 0) return { errors: syntaxErrors, hints: [], supergraph: undefined };

  let composed: ReturnType<typeof composeServices>;
  try {
    composed = composeServices(parsed);
  } catch (error) {
    // Nested too deep, or a fault of the library: either way this schema does not compose.
    return { errors: [messageOf(error, 'COMPOSITION_FAILED')], hints: [], supergraph: undefined };
  }
  const hints = (composed.hints ?? []).map((hint) => ({
    message: hint.message,
    code: hint.definition.code,
    locations: locationsOf(hint.nodes),
  }));
  if (composed.errors !== undefined)
    return {
      errors: composed.errors.map((error) => messageOf(error, 'UNKNOWN')),
      hints,
      supergraph: undefined,
    };
  return loadComposed(composed.supergraphSdl, hints);
}

/** Loads a supergraph as a gateway would. */
export function loadComposed(sdl: string, hints: readonly SchemaMessage[]): Composition {
  try {
    return { errors: [], hints, supergraph: load(sdl) };
  } catch (error) {
    return { errors: [messageOf(error, 'SUPERGRAPH_NOT_LOADABLE')], hints, supergraph: undefined };
  }
}

function load(sdl: string): ComposedSupergraph {
  const supergraph = Supergraph.build(sdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
  new QueryPlanner(supergraph);
  const api = supergraph.apiSchema();
  try {
    return { sdl, apiSdl: printSchema(api.toGraphQLJSSchema()) };
  } catch {
    // graphql-js cannot print what a custom scalar may have as its default.
    return { sdl, apiSdl: printFederationSchema(api) };
  }
}

function describeSyntaxError(subgraph: string, error: unknown): SchemaMessage {
  const { message, locations } = messageOf(error, 'INVALID_GRAPHQL');
  return { message: `[${subgraph}] ${message}`, code: 'INVALID_GRAPHQL', locations };
}

function messageOf(error: unknown, fallbackCode: string): SchemaMessage {
  if (!(error instanceof GraphQLError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { message, code: fallbackCode, locations: [] };
  }
  const { code } = error.extensions;
  const locations =
    error.locations?.map(({ line, column }) => ({ line, column })) ?? locationsOf(error.nodes);
  return { message: error.message, code: typeof code === 'string' ? code : fallbackCode, locations };
}

const locationsOf = (nodes: readonly ASTNode[] | undefined): SchemaMessage['locations'] =>
  (nodes ?? []).flatMap(({ loc }) =>
    loc === undefined ? [] : [{ line: loc.startToken.line, column: loc.startToken.column }],
  );
