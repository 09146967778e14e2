import type { LintLevel } from '../schema-work/protocol.ts';
import type { SchemaWorkers } from '../schema-work/schema-workers.ts';
import type { LintOutcome } from './check-result.ts';

/** Of every rule there is; what a registry is configured with goes on top. */
export const DEFAULT_LINT_LEVELS: Readonly<Record<string, LintLevel>> = {
  DOES_NOT_PARSE: 'ERROR',
  QUERY_DOCUMENT_DECLARATION: 'ERROR',
  FIELD_NAMES_SHOULD_BE_CAMEL_CASE: 'WARNING',
  TYPE_NAMES_SHOULD_BE_PASCAL_CASE: 'WARNING',
  INPUT_ARGUMENT_NAMES_SHOULD_BE_CAMEL_CASE: 'WARNING',
  ENUM_VALUES_SHOULD_BE_SCREAMING_SNAKE_CASE: 'WARNING',
  DIRECTIVE_NAMES_SHOULD_BE_CAMEL_CASE: 'WARNING',
  DEPRECATED_DIRECTIVE_MISSING_REASON: 'WARNING',
  DEFINED_TYPES_ARE_UNUSED: 'WARNING',
  RESTY_FIELD_NAMES: 'WARNING',
  INPUT_TYPE_SUFFIX: 'IGNORED',
  TYPE_PREFIX: 'IGNORED',
  TYPE_SUFFIX: 'IGNORED',
  OBJECT_PREFIX: 'IGNORED',
  OBJECT_SUFFIX: 'IGNORED',
  INTERFACE_PREFIX: 'IGNORED',
  INTERFACE_SUFFIX: 'IGNORED',
  ENUM_PREFIX: 'IGNORED',
  ENUM_SUFFIX: 'IGNORED',
  ENUM_USED_AS_INPUT_WITHOUT_SUFFIX: 'IGNORED',
  ENUM_USED_AS_OUTPUT_DESPITE_SUFFIX: 'IGNORED',
  ALL_ELEMENTS_REQUIRE_DESCRIPTION: 'IGNORED',
  CONTACT_DIRECTIVE_MISSING: 'IGNORED',
};

export interface Linter {
  /** @param baseSdl What is wrong there already is not said again; undefined: everything is said. */
  lint(sdl: string, baseSdl: string | undefined): Promise<LintOutcome>;
}

export function createLinter(workers: SchemaWorkers, levels: Readonly<Record<string, LintLevel>>): Linter {
  return {
    lint: async (sdl, baseSdl) => {
      const diagnostics = await workers.run('lint', {
        sdl,
        baseSdl,
        levels: { ...DEFAULT_LINT_LEVELS, ...levels },
      });
      return { passed: diagnostics.every(({ level }) => level !== 'ERROR'), diagnostics };
    },
  };
}
