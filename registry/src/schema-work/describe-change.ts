import type { Change, ChangeType, TypeOfChangeType } from '@graphql-inspector/core';
import { isInterfaceType, isObjectType, isRequiredArgument, type GraphQLSchema } from 'graphql';
import { DESCRIBE_DIRECTIVES } from './describe-directive-change.ts';
import { fact } from './operation-facts.ts';

export interface DescribedChange {
  /** Apollo's name of it. */
  readonly code: string;
  readonly description: string;
  readonly coordinate: string;
  /** Operations with one of these facts are affected; undefined: the change is safe, whatever runs. */
  readonly affects: readonly string[] | undefined;
}

export interface ComparedSchemas {
  readonly before: GraphQLSchema;
  readonly after: GraphQLSchema;
}

export type Meta<Type extends keyof typeof ChangeType> = Change<(typeof ChangeType)[Type]>['meta'];
type Describe<M> = (meta: M, schemas: ComparedSchemas) => Omit<DescribedChange, 'coordinate'> | undefined;
export type Describers = Readonly<Partial<Record<TypeOfChangeType, Describe<never>>>>;

const safe = (code: string, description: string) => ({ code, description, affects: undefined });

/**
 * How each change of a schema is called in Apollo's words, and who it can break. What is not here (what
 * schemas have directives for, root types renamed) is no client's business, or comes with changes that are here.
 *
 * @see https://www.apollographql.com/docs/graphos/platform/schema-management/checks/reference
 */
const DESCRIBE: Describers = {
  ...DESCRIBE_DIRECTIVES,
  FIELD_REMOVED: ({ typeName, removedFieldName }: Meta<'FieldRemoved'>) => ({
    code: 'FIELD_REMOVED',
    description: `type \`${typeName}\`: field \`${removedFieldName}\` removed`,
    affects: [fact.field(typeName, removedFieldName)],
  }),
  TYPE_REMOVED: ({ removedTypeName }: Meta<'TypeRemoved'>) => ({
    code: 'TYPE_REMOVED',
    description: `type \`${removedTypeName}\`: removed`,
    affects: [fact.type(removedTypeName), fact.input(removedTypeName)],
  }),
  TYPE_KIND_CHANGED: ({ typeName, oldTypeKind, newTypeKind }: Meta<'TypeKindChanged'>) => ({
    code: 'TYPE_CHANGED_KIND',
    description: `type \`${typeName}\`: kind changed from \`${oldTypeKind}\` to \`${newTypeKind}\``,
    affects: [fact.type(typeName), fact.input(typeName)],
  }),
  FIELD_TYPE_CHANGED: (meta: Meta<'FieldTypeChanged'>) => ({
    code: 'FIELD_CHANGED_TYPE',
    description: `type \`${meta.typeName}\`: field \`${meta.fieldName}\` changed type from \`${meta.oldFieldType}\` to \`${meta.newFieldType}\``,
    affects: meta.isSafeFieldTypeChange ? undefined : [fact.field(meta.typeName, meta.fieldName)],
  }),
  UNION_MEMBER_REMOVED: ({ unionName, removedUnionMemberTypeName: member }: Meta<'UnionMemberRemoved'>) => ({
    code: 'TYPE_REMOVED_FROM_UNION',
    description: `union type \`${unionName}\`: member \`${member}\` removed`,
    affects: [fact.condition(unionName, member), fact.type(unionName)],
  }),
  OBJECT_TYPE_INTERFACE_REMOVED: (meta: Meta<'ObjectTypeInterfaceRemoved'>) => ({
    code: 'TYPE_REMOVED_FROM_INTERFACE',
    description: `type \`${meta.objectTypeName}\`: interface \`${meta.removedInterfaceName}\` removed`,
    affects: [fact.condition(meta.removedInterfaceName, meta.objectTypeName)],
  }),
  ENUM_VALUE_REMOVED: ({ enumName, removedEnumValueName: value }: Meta<'EnumValueRemoved'>) => ({
    code: 'VALUE_REMOVED_FROM_ENUM',
    description: `enum type \`${enumName}\`: value \`${value}\` removed`,
    affects: [fact.enumValue(enumName, value), fact.enumOpen(enumName)],
  }),
  FIELD_ARGUMENT_REMOVED: (meta: Meta<'FieldArgumentRemoved'>) => ({
    code: 'ARG_REMOVED',
    description: `type \`${meta.typeName}\`: field \`${meta.fieldName}\`: argument \`${meta.removedFieldArgumentName}\` removed`,
    affects: [fact.argument(fact.field(meta.typeName, meta.fieldName), meta.removedFieldArgumentName)],
  }),
  FIELD_ARGUMENT_ADDED: (meta: Meta<'FieldArgumentAdded'>) =>
    meta.addedToNewField
      ? undefined
      : {
          code: meta.isAddedFieldArgumentBreaking ? 'REQUIRED_ARG_ADDED' : 'OPTIONAL_ARG_ADDED',
          description: `type \`${meta.typeName}\`: field \`${meta.fieldName}\`: argument \`${meta.addedArgumentName}\` added`,
          affects: meta.isAddedFieldArgumentBreaking
            ? [fact.field(meta.typeName, meta.fieldName)]
            : undefined,
        },
  FIELD_ARGUMENT_TYPE_CHANGED: (meta: Meta<'FieldArgumentTypeChanged'>, { after }) => {
    const { typeName, fieldName, argumentName, oldArgumentType, newArgumentType } = meta;
    const refusesNull = newArgumentType === `${oldArgumentType}!`;
    const owner = fact.field(typeName, fieldName);
    const given = (refusesNull ? fact.nullArgument : fact.argument)(owner, argumentName);
    const absent = isRequiredIn(after, meta) ? [fact.noArgument(owner, argumentName)] : [];
    return {
      code: refusesNull ? 'ARG_CHANGED_TYPE_OPTIONAL_TO_REQUIRED' : 'ARG_CHANGED_TYPE',
      description: `type \`${typeName}\`: field \`${fieldName}\`: argument \`${argumentName}\` changed type from \`${oldArgumentType}\` to \`${newArgumentType}\``,
      affects: meta.isSafeArgumentTypeChange ? undefined : [given, ...absent],
    };
  },
  FIELD_ARGUMENT_DEFAULT_CHANGED: (meta: Meta<'FieldArgumentDefaultChanged'>) => ({
    code: 'ARG_DEFAULT_VALUE_CHANGE',
    description: `type \`${meta.typeName}\`: field \`${meta.fieldName}\`: argument \`${meta.argumentName}\` changed default value from \`${meta.oldDefaultValue ?? 'none'}\` to \`${meta.newDefaultValue ?? 'none'}\``,
    affects:
      meta.oldDefaultValue === undefined
        ? undefined
        : [fact.noArgument(fact.field(meta.typeName, meta.fieldName), meta.argumentName)],
  }),
  INPUT_FIELD_REMOVED: ({ inputName, removedFieldName }: Meta<'InputFieldRemoved'>) => ({
    code: 'FIELD_REMOVED_FROM_INPUT_OBJECT',
    description: `input type \`${inputName}\`: field \`${removedFieldName}\` removed`,
    affects: [fact.input(inputName)],
  }),
  INPUT_FIELD_ADDED: (meta: Meta<'InputFieldAdded'>) => {
    if (meta.addedToNewType) return undefined;
    const isRequired = !meta.isAddedInputFieldTypeNullable && meta.addedFieldDefault === undefined;
    return {
      code: isRequired ? 'REQUIRED_FIELD_ADDED_TO_INPUT_OBJECT' : 'OPTIONAL_FIELD_ADDED_TO_INPUT_OBJECT',
      description: `input type \`${meta.inputName}\`: field \`${meta.addedInputFieldName}\` added`,
      affects: isRequired ? [fact.input(meta.inputName)] : undefined,
    };
  },
  INPUT_FIELD_TYPE_CHANGED: (meta: Meta<'InputFieldTypeChanged'>) => ({
    code: 'FIELD_ON_INPUT_OBJECT_CHANGED_TYPE',
    description: `input type \`${meta.inputName}\`: field \`${meta.inputFieldName}\` changed type from \`${meta.oldInputFieldType}\` to \`${meta.newInputFieldType}\``,
    affects: meta.isInputFieldTypeChangeSafe ? undefined : [fact.input(meta.inputName)],
  }),
  INPUT_FIELD_DEFAULT_VALUE_CHANGED: (meta: Meta<'InputFieldDefaultValueChanged'>) => {
    const { inputName, inputFieldName, oldDefaultValue: old, newDefaultValue: now } = meta;
    const end = old === undefined ? 'ADDED' : now === undefined ? 'REMOVED' : 'CHANGE';
    return {
      code: `INPUT_OBJECT_FIELD_DEFAULT_VALUE_${end}`,
      description: `input type \`${inputName}\`: field \`${inputFieldName}\` changed default value from \`${old ?? 'none'}\` to \`${now ?? 'none'}\``,
      affects: old === undefined ? undefined : [fact.input(inputName)],
    };
  },
  FIELD_ADDED: ({ typeName, addedFieldName }: Meta<'FieldAdded'>) =>
    safe('FIELD_ADDED', `type \`${typeName}\`: field \`${addedFieldName}\` added`),
  TYPE_ADDED: ({ addedTypeName }: Meta<'TypeAdded'>) =>
    safe('TYPE_ADDED', `type \`${addedTypeName}\`: added`),
  ENUM_VALUE_ADDED: (meta: Meta<'EnumValueAdded'>) =>
    meta.addedToNewType
      ? undefined
      : safe(
          'VALUE_ADDED_TO_ENUM',
          `enum type \`${meta.enumName}\`: value \`${meta.addedEnumValueName}\` added`,
        ),
  UNION_MEMBER_ADDED: (meta: Meta<'UnionMemberAdded'>) =>
    meta.addedToNewType
      ? undefined
      : safe(
          'TYPE_ADDED_TO_UNION',
          `union type \`${meta.unionName}\`: member \`${meta.addedUnionMemberTypeName}\` added`,
        ),
  OBJECT_TYPE_INTERFACE_ADDED: (meta: Meta<'ObjectTypeInterfaceAdded'>) =>
    meta.addedToNewType
      ? undefined
      : safe(
          'TYPE_ADDED_TO_INTERFACE',
          `type \`${meta.objectTypeName}\`: interface \`${meta.addedInterfaceName}\` added`,
        ),
  FIELD_DEPRECATION_ADDED: ({ typeName, fieldName }: Meta<'FieldDeprecationAdded'>) =>
    safe('FIELD_DEPRECATED', `type \`${typeName}\`: field \`${fieldName}\` deprecated`),
  FIELD_DEPRECATION_REMOVED: ({ typeName, fieldName }: Meta<'FieldDeprecationRemoved'>) =>
    safe('FIELD_DEPRECATION_REMOVED', `type \`${typeName}\`: field \`${fieldName}\` is no longer deprecated`),
  FIELD_DEPRECATION_REASON_CHANGED: ({ typeName, fieldName }: Meta<'FieldDeprecationReasonChanged'>) =>
    safe(
      'FIELD_DEPRECATED_REASON_CHANGE',
      `type \`${typeName}\`: field \`${fieldName}\` has another deprecation reason`,
    ),
  ENUM_VALUE_DEPRECATION_REASON_ADDED: ({
    enumName,
    enumValueName,
  }: Meta<'EnumValueDeprecationReasonAdded'>) =>
    safe('ENUM_DEPRECATED', `enum type \`${enumName}\`: value \`${enumValueName}\` deprecated`),
  ENUM_VALUE_DEPRECATION_REASON_REMOVED: ({
    enumName,
    enumValueName,
  }: Meta<'EnumValueDeprecationReasonRemoved'>) =>
    safe(
      'ENUM_DEPRECATION_REMOVED',
      `enum type \`${enumName}\`: value \`${enumValueName}\` is no longer deprecated`,
    ),
  TYPE_DESCRIPTION_CHANGED: ({ typeName }: Meta<'TypeDescriptionChanged'>) =>
    safe('TYPE_DESCRIPTION_CHANGE', `type \`${typeName}\`: description changed`),
  FIELD_DESCRIPTION_CHANGED: ({ typeName, fieldName }: Meta<'FieldDescriptionChanged'>) =>
    safe('FIELD_DESCRIPTION_CHANGE', `type \`${typeName}\`: field \`${fieldName}\`: description changed`),
};

function isRequiredIn(
  schema: GraphQLSchema,
  { typeName, fieldName, argumentName }: Meta<'FieldArgumentTypeChanged'>,
): boolean {
  const type = schema.getType(typeName);
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
  return field?.args.some((each) => each.name === argumentName && isRequiredArgument(each)) === true;
}

/** Undefined: the change is part of another, or concerns no client. */
export function describeChange(change: Change, schemas: ComparedSchemas): DescribedChange | undefined {
  const describe = DESCRIBE[change.type as TypeOfChangeType] as Describe<unknown> | undefined;
  const described = describe?.(change.meta, schemas);
  return described === undefined ? undefined : { ...described, coordinate: change.path ?? '' };
}
