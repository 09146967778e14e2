import {
  buildSchema,
  GraphQLError,
  Kind,
  NoDeprecatedCustomRule,
  parse,
  validate,
  type DocumentNode,
} from 'graphql';
import type { OperationProblem, OperationsToValidate } from './protocol.ts';

/** A person mends some, and looks again. */
const MAX_PROBLEMS_OF_ONE = 20;
const MAX_TOKENS = 20_000;

/** What is wrong with operations: whether they can be read and, if there is a schema, whether they fit it. */
export function validateOperations({ apiSdl, bodies }: OperationsToValidate): readonly OperationProblem[] {
  const schema = apiSdl === undefined ? undefined : buildSchema(apiSdl, { assumeValid: true });
  return bodies.flatMap((body, index): OperationProblem[] => {
    let document: DocumentNode;
    try {
      document = parse(body, { maxTokens: MAX_TOKENS });
      if (!document.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION))
        throw new GraphQLError('There is no operation in it.');
    } catch (error) {
      const description = error instanceof GraphQLError ? error.message : 'It cannot be read.';
      return [{ index, type: 'INVALID', code: 'NON_PARSEABLE_DOCUMENT', description }];
    }
    if (schema === undefined) return [];
    const failures = validate(schema, document, undefined, { maxErrors: MAX_PROBLEMS_OF_ONE });
    if (failures.length > 0)
      return failures.map(({ message }) => ({
        index,
        type: 'FAILURE',
        code: 'INVALID_OPERATION',
        description: message,
      }));
    return validate(schema, document, [NoDeprecatedCustomRule], { maxErrors: MAX_PROBLEMS_OF_ONE }).map(
      ({ message }) => ({ index, type: 'WARNING', code: 'DEPRECATED_FIELD', description: message }),
    );
  });
}
