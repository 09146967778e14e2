import type { Page, PersonalDataPage } from '@tributary/subgraph-kit';

/** What this service keeps of a person. Ids of persons are those of the graph, `usr_...`. */
export interface PersonalDataStore {
  /** For the person's own eyes, the newest first. @throws InvalidCursorError */
  collect(userId: string, page: Page): Promise<PersonalDataPage>;
  /** What they wrote stays, and nothing says any more that it was theirs. Repeated, it does nothing. */
  erase(userId: string): Promise<void>;
}
