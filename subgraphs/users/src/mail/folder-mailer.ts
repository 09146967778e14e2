import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mailer } from './mailer.ts';
import { toHtml, toText } from './message.ts';

/** A message in the folder. */
export interface StoredMessage {
  readonly id: string;
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Writes messages to a folder, one JSON file each, instead of sending them: for development and tests. */
export function createFolderMailer(folder: string, from: string, now: () => Date): Mailer {
  return {
    send: async (id, message) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { to, subject } = message;
      const at = now().toISOString();
      const stored: StoredMessage = {
        id,
        at,
        from,
        to,
        subject,
        text: toText(message),
        html: toHtml(message),
      };
      const file = join(folder, `${id}.json`);
      // Whole or not at all, and readable for us alone: it holds a token.
      await writeFile(`${file}.new`, JSON.stringify(stored, null, 2), { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
    close: () => undefined,
  };
}
