/** What is done with schemas in a thread of its own: whatever is in them can only cost that thread's time and memory. */
export interface SchemaTasks {
  readonly compose: { readonly input: readonly SubgraphToCompose[]; readonly output: Composition };
  readonly compare: { readonly input: SchemasToCompare; readonly output: Comparison };
  readonly lint: { readonly input: SchemaToLint; readonly output: readonly LintDiagnostic[] };
  /** Input: a supergraph. */
  readonly describe: { readonly input: string; readonly output: SchemaDescription };
  readonly diff: { readonly input: TextsToDiff; readonly output: readonly DiffHunk[] };
  readonly filterByTags: { readonly input: ContractToFilter; readonly output: Composition };
  readonly validateOperations: {
    readonly input: OperationsToValidate;
    readonly output: readonly OperationProblem[];
  };
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

/** An operation that clients sent, or registered. */
export interface RecordedOperation {
  readonly id: string;
  /** Without literals, aliases and the insides of objects. */
  readonly signature: string;
  /** `Type.field` of each field it selects, as its reporter says. */
  readonly fields: readonly string[];
}

export interface SchemasToCompare {
  /** API schemas. */
  readonly before: string;
  readonly after: string;
  readonly operations: readonly RecordedOperation[];
}

export interface SchemaChange {
  /** Apollo's name of it, FIELD_REMOVED for example. */
  readonly code: string;
  readonly description: string;
  readonly coordinate: string;
  /** Whether there can be operations that it breaks. */
  readonly isPotentiallyBreaking: boolean;
  /** Ids of those there are. */
  readonly affectedOperations: readonly string[];
}

export interface Comparison {
  readonly changes: readonly SchemaChange[];
}

export type LintLevel = 'ERROR' | 'WARNING' | 'IGNORED';

export interface SchemaToLint {
  readonly sdl: string;
  /** What is wrong there already is not said again. */
  readonly baseSdl: string | undefined;
  readonly levels: Readonly<Record<string, LintLevel>>;
}

export interface LintDiagnostic {
  readonly rule: string;
  readonly level: LintLevel;
  readonly message: string;
  readonly coordinate: string;
  readonly start: SourcePosition;
  readonly end: SourcePosition;
}

export interface SourcePosition {
  /** In UTF-8. */
  readonly byteOffset: number;
  readonly line: number;
  readonly column: number;
}

/** The types of a supergraph that have fields to select, and who resolves them. */
export interface SchemaDescription {
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  readonly types: readonly DescribedType[];
}

export interface DescribedType {
  readonly name: string;
  readonly isInterface: boolean;
  /** Query, Mutation or Subscription. */
  readonly isRoot: boolean;
  /** Clients do not see it. */
  readonly isHidden: boolean;
  readonly interfaces: readonly string[];
  readonly subgraphs: readonly string[];
  /** None: it is no entity. */
  readonly keys: readonly {
    readonly subgraph: string;
    readonly fields: string;
    readonly isResolvable: boolean;
  }[];
  readonly fields: readonly DescribedField[];
}

export interface DescribedField {
  readonly name: string;
  readonly type: string;
  /** Those that resolve it. */
  readonly subgraphs: readonly string[];
  /** What its subgraph has to be given of others. */
  readonly requires: readonly string[];
  readonly isDeprecated: boolean;
  readonly isHidden: boolean;
  /** Where it leads to, if need be through types that are no entities. */
  readonly entities: readonly string[];
}

export interface TextsToDiff {
  readonly before: string;
  readonly after: string;
}

/** Changed lines with a few around them. */
export interface DiffHunk {
  readonly lines: readonly DiffLine[];
}

export interface DiffLine {
  readonly kind: 'KEPT' | 'ADDED' | 'REMOVED';
  readonly text: string;
  /** Number of the line; undefined: it is not there. */
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** What a contract shows of its source, by @tag. */
export interface TagFilter {
  /** Fields without one of these are hidden; none: every field is shown. */
  readonly include: readonly string[];
  /** Hidden whatever else. */
  readonly exclude: readonly string[];
  readonly hideUnreachableTypes: boolean;
}

export interface ContractToFilter {
  readonly supergraphSdl: string;
  readonly filter: TagFilter;
}

export interface OperationsToValidate {
  /** Undefined: they are only read. */
  readonly apiSdl: string | undefined;
  readonly bodies: readonly string[];
}

export interface OperationProblem {
  /** Which of the operations has it. */
  readonly index: number;
  readonly type: 'FAILURE' | 'WARNING' | 'INVALID';
  readonly code: 'NON_PARSEABLE_DOCUMENT' | 'INVALID_OPERATION' | 'DEPRECATED_FIELD';
  readonly description: string;
}

export type TaskName = keyof SchemaTasks;

export type TaskRequest = {
  readonly [Name in TaskName]: { readonly task: Name; readonly input: SchemaTasks[Name]['input'] };
}[TaskName];

export type TaskReply = { readonly output: unknown } | { readonly failure: string };
