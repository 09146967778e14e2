import type { Admission } from '../access/admission.ts';
import type { KeyStore } from '../access/key-store.ts';
import type { SessionStore } from '../access/session-store.ts';
import type { CheckStore } from '../checks/check-store.ts';
import type { ContractStore } from '../graphs/contract-store.ts';
import type { GraphRef } from '../graphs/graph-ref.ts';
import type { GraphStore } from '../graphs/graph-store.ts';
import type { Launcher } from '../graphs/launcher.ts';
import type { SchemaWorkers } from '../schema-work/schema-workers.ts';
import type { ConsoleQueries } from './console-queries.ts';
import type { DescribeSupergraph } from './describe-supergraph.ts';
import type { Html } from './html.ts';
import type { Visitor } from './shell.ts';

/** What pages read and do. */
export interface ConsoleServices {
  readonly admission: Admission;
  readonly graphs: GraphStore;
  readonly contracts: ContractStore;
  readonly launcher: Launcher;
  readonly checks: CheckStore;
  readonly keys: KeyStore;
  readonly sessions: SessionStore;
  readonly workers: SchemaWorkers;
  readonly queries: ConsoleQueries;
  readonly describeSupergraph: DescribeSupergraph;
  /** Where people reach the registry, without a trailing slash. */
  readonly publicUrl: () => string;
  /** Where the graph can be asked by hand. */
  readonly explorerUrl: string | undefined;
}

/** Somebody who may read what they look at. */
export interface Visit {
  readonly services: ConsoleServices;
  readonly visitor: Visitor;
  readonly url: URL;
  readonly graphId: string;
  /** Path of the graph or of the variant: pages are below it. */
  readonly base: string;
}

export interface VariantVisit extends Visit {
  readonly ref: GraphRef;
}

export interface PageAnswer {
  readonly title: string;
  readonly parent?: { readonly title: string; readonly path: string };
  /** Which entry of the navigation it belongs to. */
  readonly section: string;
  readonly content: Html;
  readonly status?: number;
  /** What programs get; undefined: the page is for people only. */
  readonly json?: unknown;
}

/** Undefined: there is no such page. */
export type Answer = PageAnswer | { readonly redirect: string } | undefined;

/** @param parts What the parentheses of the page's path hold. */
export type Show<V extends Visit> = (visit: V, parts: readonly string[]) => Promise<Answer> | Answer;
export type Act<V extends Visit> = (
  visit: V,
  parts: readonly string[],
  form: URLSearchParams,
) => Promise<Answer>;

export interface Page<V extends Visit> {
  /** What follows the graph or the variant. */
  readonly path: RegExp;
  readonly show: Show<V>;
  /** What its form does. */
  readonly act?: Act<V>;
}
