/**
 * What to do about the composition errors and hints people meet most.
 *
 * @see https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/errors
 */
const FIXES: Readonly<Record<string, string>> = {
  EXTERNAL_MISSING_ON_BASE: 'Define the field in the subgraph that owns the type, or drop @external here.',
  EXTERNAL_UNUSED: 'Use the field in a @key, @requires or @provides of this subgraph, or remove it.',
  FIELD_TYPE_MISMATCH: 'Give the field the same type in every subgraph, or keep it in one only.',
  FIELD_ARGUMENT_TYPE_MISMATCH: 'Give the argument the same type in every subgraph.',
  INCONSISTENT_DESCRIPTION: 'Use the same text in every subgraph (shared building blocks: schema/README.md).',
  INTERFACE_FIELD_NO_IMPLEM: 'Add the field to every type that implements the interface.',
  INVALID_FIELD_SHARING:
    'Mark the field @shareable in every subgraph that resolves it, or keep it in one only.',
  INVALID_GRAPHQL: 'Correct the SDL at this place.',
  KEY_FIELDS_SELECT_INVALID_TYPE: 'Select leaf fields in the @key, with nested selections for objects.',
  KEY_INVALID_FIELDS: 'Name existing fields in the @key.',
  NO_QUERIES: 'Give at least one subgraph a field on Query.',
  PROVIDES_INVALID_FIELDS: 'Name fields of the returned type in @provides and mark them @external here.',
  REFERENCED_INACCESSIBLE:
    'Make what refers to it @inaccessible too, or make the referenced element accessible.',
  REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH: 'Add the argument in every subgraph, or make it optional.',
  REQUIRES_INVALID_FIELDS: 'Name fields of this type in @requires and mark them @external here.',
  SATISFIABILITY_ERROR:
    'The gateway has no way to this field: give the type a @key both subgraphs share, or mark the field @shareable and resolve it there.',
  TYPE_KIND_MISMATCH: 'Define the type with the same kind (type, interface, enum ...) in every subgraph.',
  UNKNOWN_LINK_VERSION: 'Link a federation version that the pinned composition knows, see rover.yaml.',
  VALUE_TYPE_FIELD_TYPE_MISMATCH: 'Give the shared type the same fields in every subgraph.',
  ENUM_VALUE_MISMATCH: 'An enum used for input and output must have the same values in every subgraph.',
  DIRECTIVE_DEFINITION_INVALID: 'Import the directive with @link instead of defining it.',
};

export const fixFor = (code: string): string | undefined => FIXES[code];
