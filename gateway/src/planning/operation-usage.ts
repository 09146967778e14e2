import { calculateReferencedFieldsByType, usageReportingSignature } from '@apollo/utils.usagereporting';
import { printSchema, type DocumentNode, type GraphQLSchema } from 'graphql';
import { createHash } from 'node:crypto';

/** An operation as usage reports name it: nothing is in it that a client put in place of a value. */
export interface OperationUsage {
  /** Name and signature. */
  readonly key: string;
  /** What it asks for of each type of the API schema. */
  readonly referencedFieldsByType: Readonly<
    Record<string, { readonly fieldNames: string[]; readonly isInterface: boolean }>
  >;
}

/**
 * @param document Only the operation, and what it uses.
 * @see https://github.com/apollographql/apollo-utils/tree/main/packages/usageReporting
 */
export function operationUsage(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): OperationUsage {
  const referenced = calculateReferencedFieldsByType({
    document,
    schema,
    resolvedOperationName: operationName ?? null,
  });
  return {
    key: `# ${operationName ?? '-'}\n${usageReportingSignature(document, operationName ?? '')}`,
    // What crosses to another thread has no classes.
    referencedFieldsByType: Object.fromEntries(
      Object.entries(referenced).map(([type, { fieldNames, isInterface }]) => [
        type,
        { fieldNames: [...fieldNames], isInterface },
      ]),
    ),
  };
}

/** What Apollo's servers call a schema by, so that usage can be joined to what was published. */
export function executableSchemaId(schema: GraphQLSchema, apiSdl: string): string {
  let printed: string;
  try {
    printed = printSchema(schema);
  } catch {
    // graphql-js cannot print what a custom scalar may have as its default.
    printed = apiSdl;
  }
  return createHash('sha256').update(printed).digest('hex');
}
