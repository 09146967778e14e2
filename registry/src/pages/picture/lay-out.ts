import type { DescribedField, DescribedType } from '../../schema-work/protocol.ts';

/** In units of the picture: about pixels. */
export const CARD_WIDTH = 268;
export const ROW_HEIGHT = 20;
export const HEAD_HEIGHT = 46;
const FOOT = 8;
const GAP_X = 74;
const GAP_Y = 26;
const MARGIN = 12;
/** For ways within the last column. */
const RIGHT_MARGIN = 44;
const MAX_ROWS = 9;

export interface Card {
  readonly type: DescribedType;
  readonly rows: readonly DescribedField[];
  /** Fields that there is no room for. */
  readonly more: number;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

export interface Edge {
  readonly from: Card;
  /** Index of the row. */
  readonly row: number;
  readonly to: Card;
}

export interface Picture {
  readonly cards: readonly Card[];
  readonly edges: readonly Edge[];
  readonly width: number;
  readonly height: number;
}

/** Entities as cards in columns, each near what leads to it, and a line for each field that leads to another. */
export function layOut(types: readonly DescribedType[]): Picture {
  const drawn = new Map(types.map((type) => [type.name, type]));
  const sized = inOrderOfReach(types, drawn).map((type) => {
    const fields = fieldsToShow(type, drawn);
    const rows = fields.slice(0, fields.length === MAX_ROWS + 1 ? MAX_ROWS + 1 : MAX_ROWS);
    const more = fields.length - rows.length;
    const height = HEAD_HEIGHT + (rows.length + (more > 0 ? 1 : 0)) * ROW_HEIGHT + FOOT;
    return { type, rows, more, height };
  });
  const total = sized.reduce((sum, { height }) => sum + height + GAP_Y, 0);
  const columns = Math.max(1, Math.round(Math.sqrt(total / (CARD_WIDTH + GAP_X))));
  const wanted = total / columns;
  const cards: Card[] = [];
  let [column, y, height] = [0, MARGIN, 0];
  for (const card of sized) {
    const isOver = y + card.height / 2 > wanted + MARGIN;
    if (isOver && y > MARGIN && column < columns - 1) [column, y] = [column + 1, MARGIN];
    cards.push({ ...card, x: MARGIN + column * (CARD_WIDTH + GAP_X), y });
    y += card.height + GAP_Y;
    height = Math.max(height, y);
  }
  const cardOf = new Map(cards.map((card) => [card.type.name, card]));
  const edges = cards.flatMap((from) =>
    from.rows.flatMap((field, row) =>
      targetsOf(field, drawn).flatMap((name): Edge[] => {
        const to = cardOf.get(name);
        return to === undefined || to === from ? [] : [{ from, row, to }];
      }),
    ),
  );
  return {
    cards,
    edges,
    width: MARGIN + RIGHT_MARGIN + (column + 1) * CARD_WIDTH + column * GAP_X,
    height: height - GAP_Y + MARGIN,
  };
}

const targetsOf = ({ entities }: DescribedField, drawn: ReadonlyMap<string, unknown>): readonly string[] =>
  entities.filter((name) => drawn.has(name));

/** The keys, what leads to other entities, then the rest; what an interface says is shown there. */
function fieldsToShow(
  type: DescribedType,
  drawn: ReadonlyMap<string, DescribedType>,
): readonly DescribedField[] {
  const keys = new Set(type.keys.flatMap(({ fields }) => fields.split(/[\s{}]+/)));
  const inherited = new Set(
    type.interfaces.flatMap((name) => drawn.get(name)?.fields.map((field) => field.name) ?? []),
  );
  const rank = (field: DescribedField): number =>
    keys.has(field.name) ? 0 : targetsOf(field, drawn).length > 0 ? 1 : 2;
  return type.fields
    .filter(({ name, isHidden }) => !isHidden && (keys.has(name) || !inherited.has(name)))
    .sort((a, b) => rank(a) - rank(b));
}

/** The entity that most others lead to first, then what it leads to, and so on: neighbours end up near each other. */
function inOrderOfReach(
  types: readonly DescribedType[],
  drawn: ReadonlyMap<string, DescribedType>,
): readonly DescribedType[] {
  const neighbours = new Map(types.map(({ name }) => [name, new Set<string>()]));
  for (const { name, fields, interfaces } of types)
    for (const other of [...fields.flatMap((field) => targetsOf(field, drawn)), ...interfaces]) {
      if (other === name || !drawn.has(other)) continue;
      neighbours.get(name)?.add(other);
      neighbours.get(other)?.add(name);
    }
  const degree = (name: string): number => neighbours.get(name)?.size ?? 0;
  const byDegree = (a: string, b: string): number => degree(b) - degree(a) || (a < b ? -1 : 1);
  const order = new Set<string>();
  for (const start of [...drawn.keys()].sort(byDegree)) {
    const queue = [start];
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (order.has(name)) continue;
      order.add(name);
      queue.push(...[...(neighbours.get(name) ?? [])].filter((each) => !order.has(each)).sort(byDegree));
    }
  }
  return [...order].flatMap((name) => drawn.get(name) ?? []);
}
