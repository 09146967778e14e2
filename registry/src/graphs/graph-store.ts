import type { Composition, SchemaMessage, TagFilter } from '../schema-work/protocol.ts';
import type { GraphRef } from './graph-ref.ts';

export interface Subgraph {
  /** Empty: it is no subgraph, but the whole schema of a variant that has none (`rover graph publish`). */
  readonly name: string;
  /** Empty: none was given. */
  readonly url: string;
  readonly sdl: string;
  readonly publishedAt: Date;
}

export interface GitContext {
  readonly branch?: string;
  readonly commit?: string;
  readonly committer?: string;
  readonly message?: string;
  readonly remoteUrl?: string;
}

/** Why there was a launch. */
export type LaunchCause =
  | { readonly kind: 'PUBLISH'; readonly subgraphs: readonly string[]; readonly git: GitContext }
  | { readonly kind: 'PUBLISH_WHOLE'; readonly git: GitContext }
  | { readonly kind: 'DELETE'; readonly subgraph: string }
  | {
      readonly kind: 'CONTRACT';
      readonly source: string;
      readonly launch: number;
      /** What it was made with; launches of old registries do not say. */
      readonly filter?: TagFilter;
    }
  | { readonly kind: 'ROLL_BACK'; readonly to: number };

export interface LaunchSummary {
  readonly number: number;
  readonly cause: LaunchCause;
  readonly errors: readonly SchemaMessage[];
  readonly hints: readonly SchemaMessage[];
  readonly supergraphHash: string | undefined;
  readonly createdBy: string;
  readonly createdAt: Date;
}

export interface LaunchSchemas {
  readonly number: number;
  readonly supergraphHash: string;
  readonly supergraphSdl: string;
  readonly apiHash: string;
  readonly apiSdl: string;
}

export interface Readme {
  /** Markdown. */
  readonly content: string;
  readonly updatedAt: Date;
}

export interface Variant {
  readonly name: string;
  readonly latestLaunch: number;
  readonly servedLaunch: number | undefined;
}

export interface NewLaunch {
  readonly ref: GraphRef;
  /** Number of the launch it follows; 0 for a variant's first. */
  readonly after: number;
  readonly subgraphs: readonly Subgraph[];
  readonly composition: Composition;
  readonly cause: LaunchCause;
  readonly actor: string;
}

/** Whether the schema of a variant is published whole. */
export const isWhole = (subgraphs: readonly Subgraph[]): boolean => subgraphs.some(({ name }) => name === '');

export interface GraphStore {
  createGraph(graphId: string, title: string): Promise<void>;
  /** Undefined: there is no such graph. */
  graphTitle(graphId: string): Promise<string | undefined>;
  variants(graphId: string): Promise<readonly Variant[]>;
  variant(ref: GraphRef): Promise<Variant | undefined>;
  /** What the newest launch was composed from, by name. */
  subgraphs(ref: GraphRef): Promise<{ readonly launch: number; readonly subgraphs: readonly Subgraph[] }>;
  subgraphsOf(ref: GraphRef, launch: number): Promise<readonly Subgraph[]>;
  /**
   * Saves a launch and, if it succeeded, has it served from then on: all of it or nothing.
   *
   * @returns its number; undefined: there is another launch with that number already, it is one of a contract that has
   *   another filter by now, or it is none and the variant is a contract.
   */
  saveLaunch(launch: NewLaunch): Promise<number | undefined>;
  /** Forgets a variant, with its launches. False: there is none. */
  deleteVariant(ref: GraphRef, actor: string): Promise<boolean>;
  /** What people wrote about a variant; undefined: nothing. */
  readme(ref: GraphRef): Promise<Readme | undefined>;
  /** Undefined: there is no such variant. */
  saveReadme(ref: GraphRef, content: string, actor: string): Promise<Readme | undefined>;
  launch(ref: GraphRef, number: number): Promise<LaunchSummary | undefined>;
  /** The schemas of a launch; undefined: there is none, or it failed. */
  schemas(ref: GraphRef, number: number): Promise<LaunchSchemas | undefined>;
  /** What gateways get; undefined: no launch has succeeded. */
  served(ref: GraphRef): Promise<LaunchSchemas | undefined>;
  /** As `served`, without its texts. */
  servedVersion(
    ref: GraphRef,
  ): Promise<{ readonly number: number; readonly supergraphHash: string } | undefined>;
}
