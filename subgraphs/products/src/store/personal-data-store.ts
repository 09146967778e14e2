/** What this service keeps of a person. Ids of persons are those of the graph, `usr_...`. */
export interface PersonalDataStore {
  /** For the person's own eyes. */
  collect(userId: string): Promise<Readonly<Record<string, unknown>>>;
  /** What they wrote stays, and nothing says any more that it was theirs. Repeated, it does nothing. */
  erase(userId: string): Promise<void>;
}
