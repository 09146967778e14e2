import type { Page, Visit } from '../visit.ts';
import { activityPage } from './activity-page.ts';
import { createKeyByForm } from './create-key.ts';
import { changeKey, keyPage } from './key-page.ts';
import { keysPage } from './keys-page.ts';
import { variantsPage } from './variants-page.ts';

/** Below /graphs/GRAPH. */
export const GRAPH_PAGES: readonly Page<Visit>[] = [
  { path: /^$/, show: variantsPage },
  { path: /^\/keys$/, show: keysPage, act: createKeyByForm },
  { path: /^\/keys\/([0-9a-f-]{36})$/, show: keyPage, act: changeKey },
  { path: /^\/activity$/, show: activityPage },
];
