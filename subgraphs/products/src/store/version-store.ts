/** Reads what a thing looked like last: texts that differ exactly when something a client can see of it has changed. */
export interface VersionStore {
  /** Of variants: themselves, their stock, and the product they belong to. What does not exist is left out. */
  variantVersions(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Of products: themselves, what they summarise, and their variants. */
  productVersions(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
