import type { User } from './user-store.ts';

/** The end of accounts: asked for, waited for, and then done whole with its event and its audit event, or not at all. */
export interface ErasureStore {
  /** Asked again, the first date stays. Administrators must hand over first. */
  request(request: {
    readonly userId: string;
    readonly dueAt: Date;
    readonly now: Date;
  }): Promise<User | 'NOT_FOUND' | 'ADMINISTERS'>;
  /** False when nothing was asked for, or it is done. */
  cancel(request: { readonly userId: string; readonly now: Date }): Promise<boolean>;
  /**
   * Erases one account whose date has come.
   *
   * @param announceFrom When other services may hear of it at the earliest.
   * @returns its id, or undefined when there is none.
   */
  eraseNext(now: Date, announceFrom: Date): Promise<string | undefined>;
}
