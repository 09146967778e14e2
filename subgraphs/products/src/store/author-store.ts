export interface AuthorName {
  readonly authorId: string;
  readonly name: string;
}

/** The public names of people, as the users service last announced them. */
export interface AuthorStore {
  /** Of people nobody announced, or whose account is gone, there is none. */
  namesOf(userIds: readonly string[]): Promise<readonly AuthorName[]>;
  /** @param sequence Version of the account; what is older than what is known changes nothing. */
  keepName(userId: string, name: string, sequence: number): Promise<void>;
  /** For good: whatever comes late does not bring the name back. */
  forget(userId: string): Promise<void>;
}
