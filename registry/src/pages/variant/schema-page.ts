import type { DescribedField, DescribedType, SchemaDescription } from '../../schema-work/protocol.ts';
import { counted } from '../format.ts';
import { html, type Html } from '../html.ts';
import { choice, dataTable, emptyState, withParameters } from '../parts.ts';
import { createColours, drawGraph, type ColourOf } from '../picture/draw.ts';
import { publishCommand } from '../publish-command.ts';
import type { PageAnswer, VariantVisit } from '../visit.ts';

/** A picture of more is one that nobody can read. */
const MAX_DRAWN = 40;

/** The composed graph: its entities, and which subgraph resolves which of their fields. */
export async function schemaPage({ services, ref, base, url }: VariantVisit): Promise<PageAnswer> {
  const answer = { title: 'Graph', section: '/schema' };
  const schema = await services.describeSupergraph(ref);
  if (schema === undefined) {
    const content = emptyState(
      'No graph yet',
      'There is none until something that composes was published:',
      publishCommand(services.publicUrl(), ref),
    );
    return { ...answer, content };
  }
  const chosen = schema.subgraphs.find(({ name }) => name === url.searchParams.get('subgraph'))?.name;
  const colourOf = createColours(schema.subgraphs);
  const concerns = ({ subgraphs }: DescribedType): boolean =>
    chosen === undefined || subgraphs.includes(chosen);
  const entities = schema.types.filter((type) => type.keys.length > 0 && !type.isHidden && concerns(type));
  const roots = schema.types.filter((type) => type.isRoot && concerns(type));
  const drawn = mostConnected(entities);
  const content = html`<p class="lead">
      ${counted(entities.length, 'entity', 'entities')} that subgraphs share or refer to, and who resolves
      which field. As text: <a href="${base}/schema/api">what clients see</a>,
      <a href="${base}/schema/supergraph">what gateways get</a>.
    </p>
    ${choice('Subgraph', [
      { text: 'All', href: withParameters(url, { subgraph: undefined }), isChosen: chosen === undefined },
      ...schema.subgraphs.map(({ name }) => ({
        text: html`<span class="swatch s${colourOf(name)}"></span>${name}`,
        href: withParameters(url, { subgraph: name }),
        isChosen: chosen === name,
      })),
    ])}
    ${entities.length === 0 ? noEntities(schema, chosen) : drawGraph(drawn, colourOf)}
    ${drawn.length < entities.length ? html`<p class="note">Drawn are the ${drawn.length} with most ways to others; choose a subgraph to see its own.</p>` : undefined}
    ${[...entities, ...roots].slice(0, MAX_TABLES).map((type) => typeTable(type, colourOf, base))}
    ${entities.length + roots.length > MAX_TABLES ? html`<p class="note">${counted(entities.length + roots.length - MAX_TABLES, 'more type')} are in the text.</p>` : undefined}`;
  return { ...answer, content };
}

const MAX_TABLES = 200;
/** Of a table. */
const MAX_ROWS = 500;

const noEntities = (schema: SchemaDescription, chosen: string | undefined): Html =>
  html`<p class="notice">
    ${
      chosen === undefined
        ? `No type has a key: ${counted(schema.subgraphs.length, 'subgraph')} beside each other, with nothing in common.`
        : `${chosen} knows no entity.`
    }
  </p>`;

function mostConnected(entities: readonly DescribedType[]): readonly DescribedType[] {
  if (entities.length <= MAX_DRAWN) return entities;
  const ways = new Map<string, number>();
  const count = (name: string): void => void ways.set(name, (ways.get(name) ?? 0) + 1);
  for (const { name, fields } of entities)
    for (const target of fields.flatMap((field) => field.entities)) {
      count(name);
      count(target);
    }
  return [...entities].sort((a, b) => (ways.get(b.name) ?? 0) - (ways.get(a.name) ?? 0)).slice(0, MAX_DRAWN);
}

const typeTable = (type: DescribedType, colourOf: ColourOf, base: string): Html =>
  html`<section id="type-${type.name}">
    <h2>${type.name}</h2>
    <p class="note">${describeType(type)} <a href="${base}/fields?search=${type.name}">Who uses it</a></p>
    ${dataTable(
      `Fields of ${type.name}`,
      [{ title: 'Field' }, { title: 'Type' }, { title: 'Resolved by' }],
      type.fields
        .filter(({ isHidden }) => !isHidden)
        .slice(0, MAX_ROWS)
        .map((field) => [
          html`<code>${field.name}</code
            >${field.isDeprecated ? html` <span class="badge warning">deprecated</span>` : undefined}`,
          html`<code>${field.type}</code>`,
          resolvers(field, colourOf),
        ]),
    )}
  </section>`;

function describeType({ keys, isInterface, interfaces, isRoot }: DescribedType): string {
  if (isRoot) return 'Where operations begin.';
  const texts = [...new Set(keys.map(({ fields }) => fields))].map((fields) => {
    const names = keys
      .filter((key) => key.fields === fields)
      .map(({ subgraph, isResolvable }) => (isResolvable ? subgraph : `${subgraph} (refers only)`));
    return `${fields} in ${names.join(', ')}`;
  });
  const kind = isInterface ? 'Entity interface' : 'Entity';
  const implementing = interfaces.length > 0 ? ` that is a ${interfaces.join(', ')}` : '';
  return `${kind}${implementing}. Key: ${texts.join('; ')}.`;
}

const resolvers = ({ subgraphs, requires }: DescribedField, colourOf: ColourOf): Html =>
  html`${subgraphs.map((name) => html`<span class="resolver"><span class="swatch s${colourOf(name)}"></span>${name}</span> `)}${
    requires.length > 0 ? html`<span class="note">requires ${requires.join(', ')}</span>` : undefined
  }`;
