/** What is done with schemas in a thread of its own: whatever is in them can only cost that thread's time and memory. */
export interface SchemaTasks {
  readonly compose: { readonly input: readonly SubgraphToCompose[]; readonly output: Composition };
}

export interface SubgraphToCompose {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
}

export interface SchemaMessage {
  readonly message: string;
  readonly code: string;
  readonly locations: readonly { readonly line: number; readonly column: number }[];
}

export interface Composition {
  readonly errors: readonly SchemaMessage[];
  readonly hints: readonly SchemaMessage[];
  /** Undefined when there are errors. */
  readonly supergraph: ComposedSupergraph | undefined;
}

export interface ComposedSupergraph {
  readonly sdl: string;
  /** The schema that clients see, as graphql-js prints it: reporters name it by the hash of this very text. */
  readonly apiSdl: string;
}

export type TaskName = keyof SchemaTasks;

export type TaskRequest = {
  readonly [Name in TaskName]: { readonly task: Name; readonly input: SchemaTasks[Name]['input'] };
}[TaskName];

export type TaskReply = { readonly output: unknown } | { readonly failure: string };
