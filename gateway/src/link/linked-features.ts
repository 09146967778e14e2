import { Kind, type ConstDirectiveNode, type ConstValueNode, type DocumentNode } from 'graphql';

/** A feature of Apollo's that a supergraph links. */
export interface LinkedFeature {
  /** `cost` of `https://specs.apollo.dev/cost/v0.1`. */
  readonly feature: string;
  /** The name that one of the feature's directives has in the supergraph, without `@`. */
  nameOf(directive: string): string;
}

/**
 * What a supergraph links of `specs.apollo.dev`, and under which names.
 *
 * @see https://specs.apollo.dev/link/v1.0/
 */
export function linkedFeatures({ definitions }: DocumentNode): readonly LinkedFeature[] {
  return definitions
    .flatMap((definition) =>
      definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
        ? (definition.directives ?? []).filter(({ name }) => name.value === 'link')
        : [],
    )
    .flatMap((link) => {
      const [, feature] =
        /^https:\/\/specs\.apollo\.dev\/(\w+)\/v\d+\.\d+$/.exec(textOf(argumentOf(link, 'url'))) ?? [];
      return feature === undefined
        ? []
        : [{ feature, nameOf: (directive: string) => nameGivenBy(link, feature, directive) }];
    });
}

function nameGivenBy(link: ConstDirectiveNode, feature: string, directive: string): string {
  const imported = valuesOf(argumentOf(link, 'import')).flatMap((value) => {
    if (value.kind === Kind.STRING) return value.value === `@${directive}` ? [directive] : [];
    if (value.kind !== Kind.OBJECT) return [];
    const member = (name: string): string =>
      textOf(value.fields.find((field) => field.name.value === name)?.value);
    if (member('name') !== `@${directive}`) return [];
    return [member('as') === '' ? directive : member('as').slice(1)];
  });
  const prefix = textOf(argumentOf(link, 'as')) || feature;
  // The directive that has the feature's own name is known by the feature's name.
  return imported[0] ?? (directive === feature ? prefix : `${prefix}__${directive}`);
}

/** A list; what is no list stands for one of it alone, as for any input. */
export const valuesOf = (value: ConstValueNode | undefined): readonly ConstValueNode[] =>
  value === undefined ? [] : value.kind === Kind.LIST ? value.values : [value];

export const argumentOf = (directive: ConstDirectiveNode, name: string): ConstValueNode | undefined =>
  directive.arguments?.find((argument) => argument.name.value === name)?.value;

/** The text of a string; empty for everything else. */
export const textOf = (value: ConstValueNode | undefined): string =>
  value?.kind === Kind.STRING ? value.value : '';
