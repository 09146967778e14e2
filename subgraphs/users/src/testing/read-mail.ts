import { waitFor } from '@tributary/testkit';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredMessage } from '../mail/folder-mailer.ts';

/** All mail in a folder, the oldest first. */
export async function readMail(folder: string): Promise<StoredMessage[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as StoredMessage),
  );
}

/** The newest mail to somebody about something, once it is there, and its token. */
export async function receiveMail(
  folder: string,
  to: string,
  subject: string,
): Promise<StoredMessage & { readonly token: string }> {
  const found = await waitFor(
    async () =>
      (await readMail(folder)).reverse().find((message) => message.to === to && message.subject === subject),
    { what: `a mail to ${to}: ${subject}` },
  );
  return { ...found, token: /#token=(\S+)/.exec(found.text)?.[1] ?? '' };
}
