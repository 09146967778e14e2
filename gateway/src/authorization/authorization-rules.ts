import {
  isTypeDefinitionNode,
  Kind,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type SelectionSetNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { authorizationDirectives, type AuthorizationDirectives } from './authorization-directives.ts';
import { argumentOf, linkedFeatures, textOf } from '../link/linked-features.ts';
import { requiredSelections } from './required-selections.ts';

/** A caller needs all permissions of one of the lists. */
export type AnyOf = readonly (readonly Permission[])[];

/** `authenticated`, `scope:NAME` or `policy:NAME`. */
export type Permission = string;

/** What a supergraph says of who may see what. */
export interface AuthorizationRules {
  /** Every permission that is asked for anywhere. */
  readonly permissions: ReadonlySet<Permission>;
  /** All of these must be met to select a field; undefined: whatever the caller may. */
  ofField(type: string, field: string): readonly AnyOf[] | undefined;
  /** All of these must be met to look into an object of a type. */
  ofType(type: string): readonly AnyOf[] | undefined;
}

/**
 * The rules of `@authenticated`, `@requiresScopes` and `@policy`. Selecting a field takes what is asked for
 *
 * - on the field, and on the type it returns;
 * - on that field of every type that implements the interface it is selected on, and on those types: which one an
 *   object is of is not known before it is fetched;
 * - on everything that the field requires of other subgraphs, or takes from a context around it, or it would tell of what may not be seen.
 *
 * @returns undefined for a supergraph that protects nothing.
 * @see https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives#authorization-directives
 */
export function readAuthorizationRules(supergraph: DocumentNode): AuthorizationRules | undefined {
  const directives = authorizationDirectives(supergraph);
  if (directives.size === 0) return undefined;
  const types = new Map<string, TypeDefinitionNode>();
  const implementers = new Map<string, string[]>();
  for (const definition of supergraph.definitions) {
    if (!isTypeDefinitionNode(definition)) continue;
    types.set(definition.name.value, definition);
    for (const { name } of 'interfaces' in definition ? (definition.interfaces ?? []) : [])
      implementers.set(name.value, [...(implementers.get(name.value) ?? []), definition.name.value]);
  }
  const fieldOf = (type: string, field: string): FieldDefinitionNode | undefined => {
    const definition = types.get(type);
    return definition?.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition?.kind === Kind.INTERFACE_TYPE_DEFINITION
      ? definition.fields?.find(({ name }) => name.value === field)
      : undefined;
  };
  const isObject = (type: string): boolean => types.get(type)?.kind === Kind.OBJECT_TYPE_DEFINITION;
  const settersOf = typesByContext(supergraph, types);
  const askedOnType = (type: string): readonly AnyOf[] => askedBy(types.get(type)?.directives, directives);
  const fields = new Map<string, readonly AnyOf[]>();

  function askedOnField(type: string, field: string): readonly AnyOf[] {
    const coordinate = `${type}.${field}`;
    const known = fields.get(coordinate);
    if (known !== undefined) return known;
    fields.set(coordinate, []);
    const definition = fieldOf(type, field);
    const asked = [
      ...askedBy(definition?.directives, directives),
      ...(definition === undefined ? [] : askedOnType(namedType(definition.type))),
      ...(implementers.get(type) ?? []).flatMap((implementer) => [
        ...askedOnType(implementer),
        ...askedOnField(implementer, field),
      ]),
      ...requiredSelections(definition).flatMap(({ context, set }) =>
        (context === undefined ? [type] : (settersOf.get(context) ?? [])).flatMap((on) =>
          askedInSelection(on, set),
        ),
      ),
    ];
    fields.set(coordinate, asked);
    return asked;
  }

  function askedInSelection(type: string, { selections }: SelectionSetNode): readonly AnyOf[] {
    return selections.flatMap((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const on = selection.typeCondition?.name.value ?? type;
        if (on !== type && isObject(on) && isObject(type)) return [];
        return [...askedOnType(on), ...askedInSelection(on, selection.selectionSet)];
      }
      const definition = fieldOf(type, selection.name.value);
      const below =
        definition === undefined || selection.selectionSet === undefined
          ? []
          : askedInSelection(namedType(definition.type), selection.selectionSet);
      return [...askedOnField(type, selection.name.value), ...below];
    });
  }

  return {
    permissions: new Set([...types.values()].flatMap((type) => [...permissionsIn(type, directives)])),
    ofField: (type, field) => unlessNone(askedOnField(type, field)),
    ofType: (type) => unlessNone(askedOnType(type)),
  };
}

/** Whether a caller with these permissions has what is asked for. */
export const isMet = (asked: readonly AnyOf[] | undefined, granted: ReadonlySet<Permission>): boolean =>
  asked === undefined || asked.every((anyOf) => anyOf.some((all) => all.every((one) => granted.has(one))));

const unlessNone = (asked: readonly AnyOf[]): readonly AnyOf[] | undefined =>
  asked.length === 0 ? undefined : asked;

/** The types whose objects set each context. @see https://specs.apollo.dev/context/v0.1/ */
function typesByContext(
  supergraph: DocumentNode,
  types: ReadonlyMap<string, TypeDefinitionNode>,
): ReadonlyMap<string, readonly string[]> {
  const setters = new Map<string, string[]>();
  const link = linkedFeatures(supergraph).find(({ feature }) => feature === 'context');
  if (link === undefined) return setters;
  const directiveName = link.nameOf('context');
  for (const [type, { directives = [] }] of types) {
    for (const directive of directives) {
      if (directive.name.value !== directiveName) continue;
      const context = textOf(argumentOf(directive, 'name'));
      setters.set(context, [...(setters.get(context) ?? []), type]);
    }
  }
  return setters;
}

function permissionsIn(type: TypeDefinitionNode, directives: AuthorizationDirectives): readonly Permission[] {
  const fields = 'fields' in type ? (type.fields ?? []) : [];
  return [type, ...fields].flatMap(({ directives: applied }) => askedBy(applied, directives)).flat(2);
}

function askedBy(
  applied: readonly ConstDirectiveNode[] = [],
  directives: AuthorizationDirectives,
): readonly AnyOf[] {
  return applied.flatMap((directive) => {
    const read = directives.get(directive.name.value);
    return read === undefined ? [] : [read(directive)];
  });
}

const namedType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
