import { createTransport } from 'nodemailer';
import type { Mailer } from './mailer.ts';
import { toHtml, toText } from './message.ts';

const TIMEOUT_MS = 15_000;

export interface SmtpOptions {
  /** `smtps://user:password@host:465`; for a server with STARTTLS `smtp://...:587`. */
  readonly url: string;
  readonly from: string;
}

/** Sends by SMTP. */
export function createSmtpMailer({ url, from }: SmtpOptions): Mailer {
  const timeouts = {
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  };
  const transport = createTransport({ url, pool: true, ...timeouts });
  const domain = from.slice(from.lastIndexOf('@') + 1).replace(/>$/, '');
  return {
    send: async (id, message) => {
      await transport.sendMail({
        from,
        to: { name: '', address: message.to },
        subject: message.subject,
        text: toText(message),
        html: toHtml(message),
        messageId: `<${id}@${domain}>`,
        // Machines that answer mail shall not answer this one (RFC 3834, section 5).
        headers: { 'auto-submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    },
    close: () => {
      transport.close();
    },
  };
}
