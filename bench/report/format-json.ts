/** JSON as prettier writes it: innermost lists on one line. */
export function formatJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replaceAll(/\[[^[\]{}]*\]/g, (list) =>
    list.replaceAll(/\n\s*/g, ' ').replace('[ ', '[').replace(' ]', ']'),
  );
  return `${text}\n`;
}
