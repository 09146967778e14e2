import type { LaunchCause } from '../graphs/graph-store.ts';

/** Why there was a launch. */
export function describeCause(cause: LaunchCause): string {
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
