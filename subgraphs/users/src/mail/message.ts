/** A mail as one structure, from which its text and its HTML are made: they cannot differ. */
export interface Message {
  readonly to: string;
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly action?: { readonly label: string; readonly url: string };
}

export function toText({ paragraphs, action }: Message): string {
  const [first = '', ...rest] = paragraphs;
  const link = action === undefined ? [] : [`${action.label}:\n${action.url}`];
  return `${[first, ...link, ...rest].join('\n\n')}\n`;
}

export function toHtml({ subject, paragraphs, action }: Message): string {
  const [first = '', ...rest] = paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`);
  const link =
    action === undefined
      ? []
      : [`<p><a href="${escapeHtml(action.url)}">${escapeHtml(action.label)}</a></p>`];
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>`,
    '<body style="font: 16px/1.5 sans-serif; max-width: 36em">',
    ...[first, ...link, ...rest],
    '</body></html>\n',
  ].join('\n');
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
