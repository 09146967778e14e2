/** Another service that knows something of people. */
export interface DataSource {
  readonly name: string;
  /** @throws Error when it does not answer. */
  collect(userId: string): Promise<unknown>;
}
