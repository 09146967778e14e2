import { formatGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import type { LaunchSummary } from '../graphs/graph-store.ts';
import { html } from './html.ts';
import { layout, verdict } from './layout.ts';

/** What became of a launch, for people. */
export const launchPage = (
  ref: GraphRef,
  { number, cause, errors, hints, supergraphHash, createdAt, createdBy }: LaunchSummary,
): string =>
  layout(
    `Launch ${number} of ${formatGraphRef(ref)}`,
    html`<p>
        ${verdict(supergraphHash !== undefined)}: ${describeCause(cause)}, ${createdAt.toISOString()}, by
        ${createdBy}
      </p>
      ${errors.map(({ code, message }) => html`<p class="failed"><code>${code}</code> ${message}</p>`)}
      ${hints.map(({ code, message }) => html`<p><code>${code}</code> ${message}</p>`)}`,
  );

function describeCause(cause: LaunchSummary['cause']): string {
  switch (cause.kind) {
    case 'PUBLISH':
      return `published ${cause.subgraphs.join(', ')}`;
    case 'PUBLISH_WHOLE':
      return 'published its schema';
    case 'CONTRACT':
      return `contract of ${cause.source}, launch ${cause.launch}`;
    case 'DELETE':
      return `deleted ${cause.subgraph}`;
    case 'ROLL_BACK':
      return `rolled back to launch ${cause.to}`;
  }
}
