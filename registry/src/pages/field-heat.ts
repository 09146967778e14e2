import type { DescribedField, DescribedType } from '../schema-work/protocol.ts';
import type { FieldUse } from '../usage/usage-statistics.ts';

export interface HeatedField {
  readonly field: DescribedField;
  readonly requests: number;
  readonly operations: number;
  /** 0: unused; 1 to 6, the most. */
  readonly heat: number;
}

export interface HeatedType {
  readonly type: DescribedType;
  readonly requests: number;
  readonly fields: readonly HeatedField[];
}

const HOTTEST = 6;

/** How much each field that clients see was used. Whoever asks an interface for a field uses it of all its types. */
export function heatOf(types: readonly DescribedType[], uses: readonly FieldUse[]): readonly HeatedType[] {
  const used = new Map(uses.map((use) => [use.coordinate, use]));
  const max = Math.max(1, ...uses.map(({ requests }) => requests));
  return types
    .filter(({ isHidden }) => !isHidden)
    .map((type) => {
      const fields = type.fields
        .filter(({ isHidden }) => !isHidden)
        .map((field) => {
          const [requests, operations] = [type.name, ...type.interfaces]
            .flatMap((name) => used.get(`${name}.${field.name}`) ?? [])
            .reduce(([r, o], use) => [r + use.requests, o + use.operations], [0, 0]);
          return { field, requests, operations, heat: levelOf(requests, max) };
        });
      return { type, fields, requests: Math.max(0, ...fields.map(({ requests }) => requests)) };
    });
}

/** By magnitude, three times less being one level less: a field used a thousand times less than another is still used. */
const levelOf = (requests: number, max: number): number =>
  requests === 0 ? 0 : Math.max(1, HOTTEST - Math.floor(2 * Math.log10(max / requests)));
