import { SpanKind, SpanStatusCode, type Attributes, type SpanContext } from '@opentelemetry/api';
import { hrTimeDuration, timeInputToHrTime, type InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { IdGenerator, ReadableSpan } from '@opentelemetry/sdk-trace';
import type { FetchEntry, RequestJournal, TimeSpan } from './request-journal.ts';
import type { RequestTrace } from './request-trace.ts';

/** What all spans of a process have in common. */
export interface SpanOrigin {
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly ids: IdGenerator;
}

/**
 * The spans of a request that is over, as exporters take them. Made all at once, and of what was written down anyway: a
 * span that is begun, filled and ended while its request runs is more work, and at times when something else is waiting.
 */
export function spansOf(
  journal: RequestJournal,
  trace: RequestTrace,
  origin: SpanOrigin,
): readonly ReadableSpan[] {
  const { ids } = origin;
  const root = trace.contextOf(trace.spanId);
  const spans = [
    spanOf(origin, rootName(journal), SpanKind.SERVER, journal, root, trace.caller, rootAttributes(journal)),
  ];
  const add = (
    name: string,
    kind: SpanKind,
    time: TimeSpan,
    spanId: string,
    parent: SpanContext,
    attributes: Attributes,
  ): SpanContext => {
    const context = trace.contextOf(spanId);
    spans.push(spanOf(origin, name, kind, time, context, parent, attributes));
    return context;
  };
  for (const step of journal.steps)
    add(`graphql.${step.name}`, SpanKind.INTERNAL, step, ids.generateSpanId(), root, NOTHING);
  const { execution } = journal;
  const parent =
    execution === undefined
      ? root
      : add('graphql.execute', SpanKind.INTERNAL, execution, ids.generateSpanId(), root, NOTHING);
  for (const entry of journal.fetches)
    if (entry.span !== undefined)
      add(
        `subgraph ${entry.subgraph}`,
        SpanKind.CLIENT,
        entry,
        entry.span.spanId,
        parent,
        fetchAttributes(entry),
      );
  return spans;
}

const NOTHING: Attributes = {};
const NO_LINKS: ReadableSpan['links'] = [];
const NO_EVENTS: ReadableSpan['events'] = [];

function spanOf(
  { resource, instrumentationScope }: SpanOrigin,
  name: string,
  kind: SpanKind,
  { startedAt, durationMs }: TimeSpan,
  context: SpanContext,
  parent: SpanContext | undefined,
  attributes: Attributes,
): ReadableSpan {
  const startTime = timeInputToHrTime(startedAt);
  const endTime = timeInputToHrTime(startedAt + durationMs);
  return {
    name,
    kind,
    spanContext: () => context,
    ...(parent === undefined ? {} : { parentSpanContext: parent }),
    startTime,
    endTime,
    duration: hrTimeDuration(startTime, endTime),
    status: { code: attributes['error.type'] === undefined ? SpanStatusCode.UNSET : SpanStatusCode.ERROR },
    attributes,
    links: NO_LINKS,
    events: NO_EVENTS,
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function rootName({ result }: RequestJournal): string {
  const operation = result?.operation;
  if (operation === undefined) return 'request';
  const { type, name } = operation;
  return name === undefined ? type : `${type} ${name}`;
}

function rootAttributes({ id, method, status, result, cache, cost }: RequestJournal): Attributes {
  const attributes: Attributes = {
    'http.request.method': method,
    'url.path': '/graphql',
    'http.response.status_code': status,
    'request.id': id,
  };
  if (result !== undefined) {
    const { operation, outcome, errorCodes } = result;
    if (operation !== undefined) {
      attributes['graphql.operation.type'] = operation.type;
      if (operation.name !== undefined) attributes['graphql.operation.name'] = operation.name;
      attributes['graphql.operation.hash'] = operation.hash;
    }
    const [code] = errorCodes;
    if (outcome !== 'succeeded' && code !== undefined) attributes['error.type'] = code;
  }
  if (cache !== undefined) attributes['tributary.cache.result'] = cache;
  if (cost !== undefined) attributes['tributary.cost.estimated'] = cost.estimated;
  return attributes;
}

function fetchAttributes({
  subgraph,
  status,
  failure,
  attempts,
  isShared,
  hedgeWinner,
}: FetchEntry): Attributes {
  const attributes: Attributes = { 'subgraph.name': subgraph, 'http.request.method': 'POST' };
  if (status !== undefined) attributes['http.response.status_code'] = status;
  if (failure !== undefined) attributes['error.type'] = failure;
  if (attempts > 1) attributes['http.request.resend_count'] = attempts - 1;
  if (isShared) attributes['tributary.shared'] = true;
  if (hedgeWinner !== undefined) attributes['tributary.hedge.winner'] = hedgeWinner;
  return attributes;
}
