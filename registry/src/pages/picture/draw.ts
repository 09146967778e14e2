import type { DescribedField, DescribedType } from '../../schema-work/protocol.ts';
import { html, type Html } from '../html.ts';
import { CARD_WIDTH, HEAD_HEIGHT, layOut, ROW_HEIGHT, type Card, type Edge } from './lay-out.ts';

/** Which of the style sheet's colours a subgraph has. */
export type ColourOf = (subgraph: string) => number;

const COLOURS = 8;

export function createColours(subgraphs: readonly { readonly name: string }[]): ColourOf {
  const indices = new Map(subgraphs.map(({ name }, index) => [name, index % COLOURS]));
  return (subgraph) => indices.get(subgraph) ?? 0;
}

/** Characters of the picture's font that fit beside each other. */
const ROW_CHARACTERS = 34;
const HEAD_CHARACTERS = 26;

/** The entities of a graph, with who resolves which field, and which field leads where. */
export function drawGraph(types: readonly DescribedType[], colourOf: ColourOf): Html {
  const { cards, edges, width, height } = layOut(types);
  return html`<div class="picture scroll" tabindex="0" role="region" aria-label="Picture of the graph">
    <svg
      viewBox="0 0 ${width} ${height}"
      width="${width}"
      height="${height}"
      role="group"
      aria-label="Entities, their fields and the subgraphs that resolve them; the same is in the tables below"
    >
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path class="arrow" d="M0 0 8 4 0 8z" />
        </marker>
      </defs>
      <g class="edges" aria-hidden="true">${edges.map((edge) => drawEdge(edge, colourOf))}</g>
      ${cards.map((card) => drawCard(card, colourOf))}
    </svg>
  </div>`;
}

const BEND = 46;

function drawEdge({ from, row, to }: Edge, colourOf: ColourOf): Html {
  const [y1, y2] = [from.y + HEAD_HEIGHT + (row + 0.5) * ROW_HEIGHT, to.y + 16];
  const leavesRight = to.x >= from.x;
  const arrivesLeft = to.x > from.x;
  const x1 = leavesRight ? from.x + CARD_WIDTH : from.x;
  const x2 = arrivesLeft ? to.x : to.x + CARD_WIDTH;
  const [out, into] = [leavesRight ? BEND : -BEND, arrivesLeft ? -BEND : BEND];
  const colour = colourOf(from.rows[row]?.subgraphs[0] ?? '');
  return html`<path
    class="edge s${colour}"
    data-from="${from.type.name}"
    data-to="${to.type.name}"
    marker-end="url(#arrow)"
    d="M${x1} ${y1}C${x1 + out} ${y1} ${x2 + into} ${y2} ${x2} ${y2}"
  />`;
}

function drawCard({ type, rows, more, x, y, height }: Card, colourOf: ColourOf): Html {
  const { name, isInterface, keys, subgraphs } = type;
  const keyTexts = [...new Set(keys.map(({ fields }) => fields))].join(', ');
  const stripe = (CARD_WIDTH - 2) / Math.max(1, subgraphs.length);
  return html`<g class="card" data-type="${name}" transform="translate(${x} ${y})">
    <rect class="card-box" width="${CARD_WIDTH}" height="${height}" rx="8" />
    ${subgraphs.map((subgraph, index) => html`<rect class="fill s${colourOf(subgraph)}" x="${1 + index * stripe}" y="1" width="${stripe}" height="4" />`)}
    <a href="#type-${name}"
      ><title>${name}: ${isInterface ? 'entity interface' : 'entity'} of ${subgraphs.join(', ')}</title
      ><text class="card-name" x="14" y="25">${cut(name, HEAD_CHARACTERS)}</text></a
    >
    <text class="card-keys" x="14" y="40"
      >${isInterface ? 'interface, ' : ''}key ${cut(keyTexts, ROW_CHARACTERS)}</text
    >
    ${rows.map((field, index) => drawRow(field, HEAD_HEIGHT + index * ROW_HEIGHT, colourOf))}
    ${more > 0 ? html`<text class="card-more" x="26" y="${HEAD_HEIGHT + (rows.length + 0.5) * ROW_HEIGHT + 4}">and ${more} more</text>` : undefined}
  </g>`;
}

function drawRow(field: DescribedField, y: number, colourOf: ColourOf): Html {
  const { name, type, subgraphs, requires } = field;
  const [first = ''] = subgraphs;
  const resolvers = subgraphs.length <= 1 ? first : `${subgraphs.length} subgraphs`;
  const middle = y + ROW_HEIGHT / 2;
  const needs = requires.length > 0 ? `, requires ${requires.join(', ')}` : '';
  return html`<g
    ><title>${name}: ${type}, resolved by ${subgraphs.join(', ')}${needs}</title>
    ${subgraphs.slice(0, 3).map((subgraph, index) => html`<circle class="fill s${colourOf(subgraph)}" cx="${17 - index * 4}" cy="${middle}" r="4" />`)}
    <text class="card-field" x="26" y="${middle + 4}"
      >${cut(name, ROW_CHARACTERS - resolvers.length - 2)}</text
    >
    <text class="card-subgraph" x="${CARD_WIDTH - 12}" y="${middle + 4}" text-anchor="end"
      >${resolvers}</text
    ></g
  >`;
}

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1))}…`;
