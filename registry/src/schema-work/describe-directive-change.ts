import { isRequiredArgument, type GraphQLSchema } from 'graphql';
import type { Describers, Meta } from './describe-change.ts';
import { isExecutableLocation } from './executable-location.ts';
import { fact } from './operation-facts.ts';

/** What gateways bring themselves, whether a schema defines it or not. */
const BUILT_IN = new Set(['include', 'skip', 'defer', 'stream']);

/** Whether operations may have the directive in the schema. */
const isClients = (name: string, schema: GraphQLSchema): boolean =>
  !BUILT_IN.has(name) && schema.getDirective(name)?.locations.some(isExecutableLocation) === true;

const isRequired = (name: string, argument: string, schema: GraphQLSchema): boolean =>
  schema.getDirective(name)?.args.some((each) => each.name === argument && isRequiredArgument(each)) === true;

/**
 * Changes of directives that operations may have. Composition takes such a directive out as soon as one subgraph does not
 * define it, with no more than a hint (INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE). Apollo has no codes for another type or
 * default of an argument, and for optional ones: those are ours.
 */
export const DESCRIBE_DIRECTIVES: Describers = {
  DIRECTIVE_ADDED: ({ addedDirectiveName: name }: Meta<'DirectiveAdded'>, { after }) =>
    isClients(name, after)
      ? { code: 'DIRECTIVE_ADDED', description: `directive \`@${name}\`: added`, affects: undefined }
      : undefined,
  DIRECTIVE_REMOVED: ({ removedDirectiveName: name }: Meta<'DirectiveRemoved'>, { before }) =>
    isClients(name, before)
      ? {
          code: 'DIRECTIVE_REMOVED',
          description: `directive \`@${name}\`: removed`,
          affects: [fact.directive(name)],
        }
      : undefined,
  DIRECTIVE_LOCATION_REMOVED: (meta: Meta<'DirectiveLocationRemoved'>, { before }) => {
    const { directiveName: name, removedDirectiveLocation: location } = meta;
    if (!isClients(name, before) || !isExecutableLocation(location)) return undefined;
    return {
      code: 'DIRECTIVE_LOCATION_REMOVED',
      description: `directive \`@${name}\`: location \`${location}\` removed`,
      affects: [fact.directiveAt(name, location)],
    };
  },
  DIRECTIVE_REPEATABLE_REMOVED: ({ directiveName: name }: Meta<'DirectiveRepeatableRemoved'>, { before }) =>
    isClients(name, before)
      ? {
          code: 'DIRECTIVE_REPEATABLE_REMOVED',
          description: `directive \`@${name}\`: no longer repeatable`,
          affects: [fact.directiveTwice(name)],
        }
      : undefined,
  DIRECTIVE_ARGUMENT_REMOVED: (meta: Meta<'DirectiveArgumentRemoved'>, { before }) => {
    const { directiveName: name, removedDirectiveArgumentName: argument } = meta;
    if (!isClients(name, before)) return undefined;
    return {
      code: 'DIRECTIVE_ARG_REMOVED',
      description: `directive \`@${name}\`: argument \`${argument}\` removed`,
      affects: [fact.argument(fact.directive(name), argument)],
    };
  },
  DIRECTIVE_ARGUMENT_ADDED: (meta: Meta<'DirectiveArgumentAdded'>, { before, after }) => {
    const { directiveName: name, addedDirectiveArgumentName: argument } = meta;
    if (!isClients(name, before)) return undefined;
    const breaks = isRequired(name, argument, after);
    return {
      code: breaks ? 'REQUIRED_DIRECTIVE_ARG_ADDED' : 'OPTIONAL_DIRECTIVE_ARG_ADDED',
      description: `directive \`@${name}\`: argument \`${argument}\` added`,
      affects: breaks ? [fact.directive(name)] : undefined,
    };
  },
  DIRECTIVE_ARGUMENT_TYPE_CHANGED: (meta: Meta<'DirectiveArgumentTypeChanged'>, { before, after }) => {
    const { directiveName: name, directiveArgumentName: argument } = meta;
    const { oldDirectiveArgumentType: old, newDirectiveArgumentType: now } = meta;
    if (!isClients(name, before)) return undefined;
    const owner = fact.directive(name);
    const given = (now === `${old}!` ? fact.nullArgument : fact.argument)(owner, argument);
    const absent = isRequired(name, argument, after) ? [fact.noArgument(owner, argument)] : [];
    return {
      code: 'DIRECTIVE_ARG_CHANGED_TYPE',
      description: `directive \`@${name}\`: argument \`${argument}\` changed type from \`${old}\` to \`${now}\``,
      affects: meta.isSafeDirectiveArgumentTypeChange ? undefined : [given, ...absent],
    };
  },
  DIRECTIVE_ARGUMENT_DEFAULT_VALUE_CHANGED: (
    meta: Meta<'DirectiveArgumentDefaultValueChanged'>,
    { before },
  ) => {
    const { directiveName: name, directiveArgumentName: argument } = meta;
    const { oldDirectiveArgumentDefaultValue: old, newDirectiveArgumentDefaultValue: now } = meta;
    if (!isClients(name, before)) return undefined;
    return {
      code: 'DIRECTIVE_ARG_DEFAULT_VALUE_CHANGE',
      description: `directive \`@${name}\`: argument \`${argument}\` changed default value from \`${old ?? 'none'}\` to \`${now ?? 'none'}\``,
      affects: old === undefined ? undefined : [fact.noArgument(fact.directive(name), argument)],
    };
  },
};
