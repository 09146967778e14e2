const HASH_PART = 16;

/**
 * Names what is served: no two launches share one, so that a gateway that stayed with an older supergraph, because it
 * could not load this one, looks at the next. With the hash in it, it holds across registries that count alike.
 */
export const idOfLaunch = ({ number, supergraphHash }: { number: number; supergraphHash: string }): string =>
  `${number}-${supergraphHash.slice(0, HASH_PART)}`;
