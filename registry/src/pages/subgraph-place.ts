/** What a subgraph is called. One without a name is the whole schema of a variant that has none. */
export const titleOfSubgraph = (name: string): string => (name === '' ? 'The whole schema' : name);

/** Where its page is. @param base Path of the variant. */
export const pathOfSubgraph = (base: string, name: string): string =>
  name === '' ? `${base}/whole-schema` : `${base}/subgraphs/${name}`;
