import { ForbiddenError, UnauthenticatedError } from '@tributary/service-kit';

export const ROLES = ['ADMIN', 'PUBLISHER', 'ROUTER', 'OBSERVER'] as const;
export type Role = (typeof ROLES)[number];

/** What a key of each role may do with its graph. */
const ALLOWED = {
  /** Read schemas, checks, launches. */
  read: ['ADMIN', 'PUBLISHER', 'OBSERVER', 'ROUTER'],
  /** Compare a proposed schema with the graph. */
  check: ['ADMIN', 'PUBLISHER', 'OBSERVER'],
  /** Publish and delete subgraphs and schemas. */
  publish: ['ADMIN', 'PUBLISHER'],
  /** API keys, persisted operations, contracts, readmes, roll-backs, configuration. */
  manage: ['ADMIN'],
  /** Tell which operations ran. */
  report: ['ADMIN', 'ROUTER'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Action = keyof typeof ALLOWED;

/** Whoever asks: an API key. */
export interface Viewer {
  readonly keyId: string;
  readonly keyName: string;
  readonly graphId: string;
  readonly role: Role;
  /** Undefined: every variant. */
  readonly variant: string | undefined;
  /** What a publisher may publish; undefined: every subgraph. */
  readonly subgraphs: readonly { readonly variant: string; readonly subgraph: string }[] | undefined;
}

/** For the audit log. */
export const actorOf = ({ keyName, keyId }: Viewer): string => `${keyName} (${keyId})`;

export interface Target {
  readonly graphId: string;
  readonly variant?: string;
  readonly subgraph?: string;
}

/** Whether a key may do this with its own graph, whatever the variant. */
export const isAllowed = ({ role }: Viewer, action: Action): boolean =>
  (ALLOWED[action] as readonly Role[]).includes(role);

/** @throws UnauthenticatedError, ForbiddenError saying what the key lacks. */
export function assertMay(viewer: Viewer | undefined, action: Action, target: Target): Viewer {
  if (viewer === undefined) throw new UnknownKeyError();
  const { graphId, variant, subgraph } = target;
  // Whether the other graph exists is nobody's business.
  if (viewer.graphId !== graphId)
    throw new ForbiddenError(`This API key is of graph ${viewer.graphId}, not ${graphId}.`);
  if (!isAllowed(viewer, action))
    throw new ForbiddenError(`This API key has the role ${viewer.role}, which may not ${action}.`);
  if (variant !== undefined && viewer.variant !== undefined && viewer.variant !== variant)
    throw new ForbiddenError(`This API key is of variant ${viewer.variant}, not ${variant}.`);
  if (action === 'publish' && viewer.subgraphs !== undefined) {
    const may = viewer.subgraphs.some((each) => each.variant === variant && each.subgraph === subgraph);
    if (!may)
      throw new ForbiddenError(
        `This API key may not publish ${subgraph ?? 'whole schemas'} to variant ${variant ?? ''}.`,
      );
  }
  return viewer;
}

/** rover looks for the first word. */
export class UnknownKeyError extends UnauthenticatedError {
  constructor() {
    super('Unauthorized: this registry knows no such API key.');
  }
}
