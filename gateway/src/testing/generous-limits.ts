import type { OperationLimits } from '../planning/operation-limits.ts';

/** What a gateway without a configuration has. */
export const GENEROUS_LIMITS: OperationLimits = {
  maxTokens: 15_000,
  maxRecursion: 500,
  maxDepth: undefined,
  maxHeight: undefined,
  maxRootFields: undefined,
  maxAliases: undefined,
  maxDirectives: undefined,
  warnOnly: false,
};
