import type { Page, VariantVisit } from '../visit.ts';
import { checkPage } from './check-page.ts';
import { checksPage } from './checks-page.ts';
import { clientsPage } from './clients-page.ts';
import { diffPage } from './diff-page.ts';
import { fieldPage } from './field-page.ts';
import { fieldsPage } from './fields-page.ts';
import { launchPage } from './launch-page.ts';
import { launchesPage } from './launches-page.ts';
import { operationPage } from './operation-page.ts';
import { operationsPage } from './operations-page.ts';
import { overviewPage } from './overview-page.ts';
import { rollBack, rollBackPage } from './roll-back-page.ts';
import { schemaPage } from './schema-page.ts';
import { sdlPage } from './sdl-page.ts';
import { subgraphPage } from './subgraph-page.ts';
import { subgraphsPage } from './subgraphs-page.ts';

/** Below /graphs/GRAPH@VARIANT. */
export const VARIANT_PAGES: readonly Page<VariantVisit>[] = [
  { path: /^$/, show: overviewPage },
  { path: /^\/schema$/, show: schemaPage },
  { path: /^\/schema\/(api|supergraph)$/, show: sdlPage },
  { path: /^\/subgraphs$/, show: subgraphsPage },
  { path: /^\/subgraphs\/([\w-]{1,64})$/, show: subgraphPage },
  { path: /^\/subgraphs\/([\w-]{1,64})\/diff$/, show: diffPage },
  { path: /^\/whole-schema$/, show: subgraphPage },
  { path: /^\/whole-schema\/diff$/, show: diffPage },
  { path: /^\/fields$/, show: fieldsPage },
  { path: /^\/fields\/(\w{1,200})\.(\w{1,200})$/, show: fieldPage },
  { path: /^\/operations$/, show: operationsPage },
  { path: /^\/operations\/([0-9a-f]{64})$/, show: operationPage },
  { path: /^\/clients$/, show: clientsPage },
  { path: /^\/checks$/, show: checksPage },
  { path: /^\/checks\/(\d{1,15})$/, show: checkPage },
  { path: /^\/launches$/, show: launchesPage },
  { path: /^\/launches\/(\d{1,9})$/, show: launchPage },
  { path: /^\/launches\/(\d{1,9})\/roll-back$/, show: rollBackPage, act: rollBack },
];
