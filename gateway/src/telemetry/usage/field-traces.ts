import { Trace, type ITrace } from '@apollo/usage-reporting-protobuf';
import type { ExecutableFetch, ExecutableNode } from '../../execution/executable-plan.ts';
import type { FetchEntry, RequestJournal } from '../request-journal.ts';

type TraceNode = NonNullable<Trace['root']>;
type PlanNode = NonNullable<ITrace['queryPlan']>;

interface TracedFetch {
  readonly entry: FetchEntry;
  readonly body: string;
  /** Undefined: the subgraph traces nothing. */
  readonly trace: Trace | undefined;
}

/** What subgraphs tell of the fields of one request, where it is one of those that are traced. */
export class FieldTraces {
  /** How many requests this one stands for. */
  readonly weight: number;
  /** Of what the subgraphs told. */
  bytes = 0;
  readonly #fetches: TracedFetch[] = [];

  constructor(weight: number) {
    this.weight = weight;
  }

  /** @param encoded A trace as `extensions.ftv1` has it: protobuf in base64. */
  add(entry: FetchEntry, body: string, encoded: string | undefined): void {
    this.bytes += encoded?.length ?? 0;
    this.#fetches.push({ entry, body, trace: encoded === undefined ? undefined : decode(encoded) });
  }

  get roots(): readonly TraceNode[] {
    return this.#fetches.flatMap(({ trace }) => (trace?.root ? [trace.root] : []));
  }

  /** Undefined: no subgraph told anything. */
  toTrace(
    { startedAt, method, plan }: RequestJournal,
    durationMs: number,
    client: { readonly clientName: string; readonly clientVersion: string },
  ): ITrace | undefined {
    if (this.roots.length === 0) return undefined;
    const begun = performance.timeOrigin + startedAt;
    const rest = new Set(this.#fetches);
    const planned = plan === undefined ? [] : [this.#planNode(plan, rest, startedAt)];
    // Requests that several fetches met in are the parts' of none.
    const nodes = [...planned, ...[...rest].map((fetch) => fetchNode(fetch, startedAt))];
    return {
      ...client,
      startTime: timestamp(begun),
      endTime: timestamp(begun + durationMs),
      durationNs: nanoseconds(durationMs),
      fieldExecutionWeight: this.weight,
      http: { method: method === 'GET' ? Trace.HTTP.Method.GET : Trace.HTTP.Method.POST },
      queryPlan: nodes.length === 1 ? (nodes[0] ?? null) : { sequence: { nodes } },
    };
  }

  /** The plan with what each fetch came to; what it took is taken from the rest. */
  #planNode(node: ExecutableNode, rest: Set<TracedFetch>, startedAt: number): PlanNode {
    if (node.kind !== 'fetch') {
      const nodes = node.nodes.map((each) => this.#planNode(each, rest, startedAt));
      return node.kind === 'sequence' ? { sequence: { nodes } } : { parallel: { nodes } };
    }
    const { fetch } = node;
    const own = [...rest].filter((each) => isOf(each, fetch));
    for (const each of own) rest.delete(each);
    const nodes = own.map((each) => fetchNode(each, startedAt));
    const [only = { fetch: { serviceName: fetch.subgraph } }] = nodes;
    const asked: PlanNode = nodes.length > 1 ? { parallel: { nodes } } : only;
    return fetch.path.length === 0
      ? asked
      : { flatten: { responsePath: fetch.path.map((fieldName) => ({ fieldName })), node: asked } };
  }
}

const isOf = ({ entry, body }: TracedFetch, { subgraph, bodyStart }: ExecutableFetch): boolean =>
  entry.subgraph === subgraph && body.startsWith(bodyStart);

const fetchNode = ({ entry, trace }: TracedFetch, startedAt: number): PlanNode => ({
  fetch: {
    serviceName: entry.subgraph,
    trace: trace ?? null,
    traceParsingFailed: trace === undefined,
    sentTimeOffset: nanoseconds(entry.startedAt - startedAt),
    sentTime: timestamp(performance.timeOrigin + entry.startedAt),
    receivedTime: timestamp(performance.timeOrigin + entry.startedAt + entry.durationMs),
  },
});

function decode(encoded: string): Trace | undefined {
  try {
    const trace = Trace.decode(Buffer.from(encoded, 'base64'));
    if (trace.root) maskErrors(trace.root);
    return trace;
  } catch {
    return undefined;
  }
}

/** A message may repeat what a client sent. */
function maskErrors(node: TraceNode): void {
  node.error = (node.error ?? []).map(({ timeNs, location }) => ({
    message: '<masked>',
    json: '',
    timeNs: timeNs ?? 0,
    location: location ?? [],
  }));
  for (const child of node.child ?? []) maskErrors(child);
}

const nanoseconds = (ms: number): number => Math.max(0, Math.round(ms * 1e6));

const timestamp = (ms: number) => ({
  seconds: Math.floor(ms / 1_000),
  nanos: Math.floor((ms % 1_000) * 1e6),
});
