import type { JsonSchema } from '@tributary/gateway';

/** A Markdown table of every option of a JSON Schema, sections before what is in them. */
export function describeOptions(schema: JsonSchema): string {
  const rows = optionsOf(schema, '').map(
    ({ path, option }) =>
      `| \`${path}\` | ${typeOf(option)} | ${defaultOf(option)} | ${(option.description ?? '').replaceAll('|', '\\|')} |`,
  );
  return ['| option | type | default | what it does |', '|---|---|---|---|', ...rows, ''].join('\n');
}

interface Option {
  readonly path: string;
  readonly option: JsonSchema;
}

function optionsOf({ properties = {}, additionalProperties, items }: JsonSchema, path: string): Option[] {
  const named = Object.entries(properties).flatMap(([name, option]) => {
    const own = path === '' ? name : `${path}.${name}`;
    return [{ path: own, option }, ...optionsOf(option, own)];
  });
  const others =
    typeof additionalProperties === 'object' ? optionsOf(additionalProperties, `${path}.<name>`) : [];
  return [...named, ...others, ...(items === undefined ? [] : optionsOf(items, `${path}[]`))];
}

function typeOf(option: JsonSchema): string {
  const { type, pattern, items, anyOf } = option;
  if (option.enum !== undefined) return option.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (option.const !== undefined) return `\`${String(option.const)}\``;
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' or ');
  if (type === 'array') return `list of ${items === undefined ? 'values' : typeOf(items)}`;
  if (pattern?.includes('ms|s') === true) return 'time';
  if (pattern?.includes('KiB') === true) return 'size';
  if (type === 'object') return 'section';
  return type ?? '';
}

function defaultOf({ type, default: value }: JsonSchema): string {
  if (value === undefined || type === 'object') return '';
  return (Array.isArray(value) ? value : [value]).map((each) => `\`${String(each)}\``).join(', ') || 'none';
}
