import { composeFakes } from '@tributary/testkit';
import { SUBGRAPHS, type SubgraphName } from './subgraphs.ts';

/** The same API by different routes; `withStock` also has a field more. */
export interface Supergraphs {
  readonly plain: string;
  readonly withStock: string;
}

/**
 * Types that nobody asks for, so that a supergraph weighs what one of a company weighs. That a replaced one is kept
 * is seen in the memory of the process only when it weighs something.
 */
const BALLAST_TYPES = 100;
const BALLAST_FIELDS = 10;

/** @param urls Where each subgraph is. */
export function composeSupergraphs(urls: Readonly<Record<SubgraphName, string>>): Supergraphs {
  const subgraph = (name: SubgraphName, more = '') => ({
    name,
    url: urls[name],
    sdl: SUBGRAPHS[name].sdl + more,
  });
  const common = [subgraph('accounts'), subgraph('catalog', ballast()), subgraph('reviews')];
  return { plain: composeFakes(common), withStock: composeFakes([...common, subgraph('stock')]) };
}

function ballast(): string {
  const fields = Array.from({ length: BALLAST_FIELDS }, (_, index) => `field${index}: String`).join(' ');
  return Array.from({ length: BALLAST_TYPES }, (_, index) => `type Ballast${index} { ${fields} }`).join('\n');
}
