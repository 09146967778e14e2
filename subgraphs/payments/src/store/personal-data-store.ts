import type { Page, PersonalDataPage } from '@tributary/subgraph-kit';

/** What this service keeps of a person. Ids of persons are those of the graph, `usr_...`. */
export interface PersonalDataStore {
  /** For the person's own eyes, the newest first. @throws InvalidCursorError */
  collect(userId: string, page: Page): Promise<PersonalDataPage>;
  /**
   * Orders, payments and the ledger stay, as the law on bookkeeping has it; addresses, cards and kept payment methods
   * go, and open checkouts are canceled. What the provider keeps is not forgotten here. Repeated, it does nothing.
   *
   * @returns false when a purchase is under way: it has to end first.
   */
  erase(userId: string): Promise<boolean>;
}
