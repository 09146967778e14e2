import type { Message } from './message.ts';

export interface Mailer {
  /** @param id Stays the same when a message is sent again, so that mailboxes show it once. */
  send(id: string, message: Message): Promise<void>;
  close(): void;
}
