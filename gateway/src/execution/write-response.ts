/**
 * Writes what the subgraphs said as the client asked: only selected fields, in selection order, each of its
 * declared type, with nulls propagated. Straight into JSON text: an answer is written once, and an object that
 * stands at many places is written once for all of them.
 *
 * @see https://spec.graphql.org/October2021/#sec-Value-Completion
 */
import {
  GraphQLError,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, type FieldCollector } from './collect-fields.ts';
import { leafWriter, type LeafWriter } from './complete-leaf.ts';
import { dependsOnKind } from './depends-on-kind.ts';
import { quote, quoteFor, writeJson, type Quote, type StringTraits } from './json.ts';
import { getOwn, isJsonObject, type JsonObject } from './own.ts';

export interface WrittenResponse {
  /** JSON text of `data`. */
  readonly data: string;
  /** Values that were not of their type and non-null fields without a value. */
  readonly errors: readonly GraphQLError[];
}

/** What makes it quicker to write. */
export interface SourceTraits {
  /** Whether objects may stand at several places of it. */
  readonly isShared: boolean;
  /** What its strings hold. */
  readonly stringTraits: StringTraits;
}

/** Reusable for all requests with the same values of @skip and @include. */
export type ResponseWriter = (source: JsonObject, traits: SourceTraits) => WrittenResponse;

/** JSON text; undefined is a null that a non-null type does not allow, which takes the object around it along. */
type ValueWriter = (value: unknown) => string | undefined;

interface FieldWriter {
  /** All that stands between the value before and this one's. */
  readonly before: string;
  /** Where the value is. */
  readonly source: string;
  /** The client's name. */
  readonly key: string;
  /** No object inherits a property of this name. */
  readonly isPlainName: boolean;
  readonly write: ValueWriter;
  /** Writes what is a leaf, is there and is of its type: nearly all there is. */
  readonly leaf: LeafWriter | undefined;
}

interface SelectionWriter {
  readonly fields: readonly FieldWriter[];
  readonly end: string;
  /** Texts of objects written before, in the response that is being written. */
  texts: Map<JsonObject, string> | undefined;
}

export interface WriterOptions {
  readonly schema: GraphQLSchema;
  readonly collector: FieldCollector;
  /** The client's response names, by the names that the operation was planned with. */
  readonly clientNames: ReadonlyMap<string, string>;
  /** Told of the memory that is taken for what is remembered, in bytes, roughly. */
  readonly onGrown: (bytes: number) => void;
}

/** Measured: what writes the objects of a type at one place, and each of their fields. */
const SELECTION_BYTES = 500;
const FIELD_BYTES = 1_000;

export function createResponseWriter(
  ...what: [options: WriterOptions, rootType: GraphQLObjectType, rootSelectionSet: SelectionSetNode]
): ResponseWriter {
  const writers = new Map<Quote, ReturnType<typeof createWriter>>();
  return (source, { isShared, stringTraits }) => {
    const quoteValue = quoteFor(stringTraits);
    let write = writers.get(quoteValue);
    if (write === undefined) writers.set(quoteValue, (write = createWriter(quoteValue, ...what)));
    return write(source, isShared);
  };
}

function createWriter(
  quoteValue: Quote,
  { schema, collector, clientNames, onGrown }: WriterOptions,
  rootType: GraphQLObjectType,
  rootSelectionSet: SelectionSetNode,
): (source: JsonObject, shared: boolean) => WrittenResponse {
  // One response is written at a time, without a pause: its state is here.
  let errors: GraphQLError[] = [];
  let remembers = false;
  /** Writers that have texts to forget. */
  const remembering: SelectionWriter[] = [];
  /** Where what is written stands, as far as `depth`: an array that is made shorter each time costs a call into the runtime. */
  const path: (string | number)[] = [];
  let depth = 0;
  const fail = (message: string): 'null' => {
    errors.push(new GraphQLError(message, { path: path.slice(0, depth) }));
    return 'null';
  };

  const selectionWriter = (
    selectionSets: readonly SelectionSetNode[],
    type: GraphQLObjectType | GraphQLInterfaceType,
  ): SelectionWriter => {
    const fields: FieldWriter[] = [];
    let before = '{';
    for (const [source, nodes] of collectFields(collector, selectionSets, type.name)) {
      const name = nodes[0]?.name.value ?? '';
      const key = clientNames.get(source) ?? source;
      before += `${before.endsWith('{') && fields.length === 0 ? '' : ','}${quote(key)}:`;
      if (name === '__typename') {
        before += quote(type.name);
        continue;
      }
      const fieldType = type.getFields()[name]?.type;
      const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      const write =
        fieldType === undefined
          ? (value: unknown) => (value === undefined ? 'null' : writeJson(value))
          : valueWriter(fieldType, `${type.name}.${name}`, below);
      const namedType = isNonNullType(fieldType) ? fieldType.ofType : fieldType;
      const leaf = isLeafType(namedType) ? leafWriter(namedType, quoteValue) : undefined;
      fields.push({ before, source, key, isPlainName: !(source in Object.prototype), write, leaf });
      before = '';
    }
    onGrown(SELECTION_BYTES + FIELD_BYTES * fields.length);
    return { fields, end: `${before}}`, texts: undefined };
  };

  const valueWriter = (
    type: GraphQLOutputType,
    coordinate: string,
    selectionSets: readonly SelectionSetNode[],
  ): ValueWriter => {
    if (isNonNullType(type)) {
      const write = valueWriter(type.ofType, coordinate, selectionSets);
      return (value) => {
        const text = write(value);
        if (text !== 'null') return text;
        fail(`Cannot return null for non-nullable field ${coordinate}.`);
        return undefined;
      };
    }
    if (isListType(type)) return listWriter(valueWriter(type.ofType, coordinate, selectionSets), coordinate);
    if (isLeafType(type)) {
      const write = leafWriter(type, quoteValue);
      return (value) =>
        value === null || value === undefined
          ? 'null'
          : (write(value) ?? fail(`Invalid value for field ${coordinate} of type ${type.name}.`));
    }
    return compositeWriter(type, coordinate, selectionSets);
  };

  const listWriter =
    (write: ValueWriter, coordinate: string): ValueWriter =>
    (value) => {
      if (value === null || value === undefined) return 'null';
      if (!Array.isArray(value)) return fail(`Expected a list for field ${coordinate}.`);
      const at = depth;
      depth = at + 1;
      let text = '[';
      for (let index = 0; index < value.length; index += 1) {
        path[at] = index;
        const item = write(value[index]);
        if (item === undefined) {
          depth = at;
          return 'null';
        }
        text += index === 0 ? item : `,${item}`;
      }
      depth = at;
      return `${text}]`;
    };

  const compositeWriter = (
    type: GraphQLCompositeType,
    coordinate: string,
    selectionSets: readonly SelectionSetNode[],
  ): ValueWriter => {
    if (isObjectType(type)) {
      let writer: SelectionWriter | undefined;
      return (value) => {
        if (value === null || value === undefined) return 'null';
        if (!isJsonObject(value)) return fail(`Expected an object for field ${coordinate}.`);
        return writeObject((writer ??= selectionWriter(selectionSets, type)), value) ?? 'null';
      };
    }
    /** By typename; undefined: of a type whose objects cannot be written here. */
    const writers = new Map<string, SelectionWriter | undefined>();
    const writerFor = (typename: unknown): SelectionWriter | undefined => {
      if (typeof typename !== 'string') return undefined;
      const known = writers.get(typename);
      if (known !== undefined || writers.has(typename)) return known;
      const runtimeType = schema.getType(typename);
      if (runtimeType === undefined) return undefined;
      const isOfType =
        (isObjectType(runtimeType) || isInterfaceType(runtimeType)) &&
        (runtimeType === type || schema.isSubType(type, runtimeType)) &&
        // An interface object does not know its kinds; nothing that was asked for depends on them, or they were fetched.
        !(isInterfaceType(runtimeType) && dependsOnKind(schema, collector, selectionSets, runtimeType));
      const writer = isOfType ? selectionWriter(selectionSets, runtimeType) : undefined;
      writers.set(typename, writer);
      return writer;
    };
    return (value) => {
      if (value === null || value === undefined) return 'null';
      if (!isJsonObject(value)) return fail(`Expected an object for field ${coordinate}.`);
      const typename = getOwn(value, '__typename');
      const writer = writerFor(typename === undefined ? type.name : typename);
      if (writer === undefined)
        return fail(`Invalid __typename for field ${coordinate} of type ${type.name}.`);
      return writeObject(writer, value) ?? 'null';
    };
  };

  const writeObject = (writer: SelectionWriter, value: JsonObject): string | undefined => {
    if (!remembers) return writeFields(writer, value);
    let { texts } = writer;
    if (texts === undefined) {
      writer.texts = texts = new Map<JsonObject, string>();
      remembering.push(writer);
    }
    const known = texts.get(value);
    if (known !== undefined) return known;
    const errorsBefore = errors.length;
    const text = writeFields(writer, value);
    // An error has the path of its place: such an object is written at each of them.
    if (text !== undefined && errors.length === errorsBefore) texts.set(value, text);
    return text;
  };

  const writeFields = ({ fields, end }: SelectionWriter, value: JsonObject): string | undefined => {
    const at = depth;
    let text = '';
    for (const { before, source, key, isPlainName, write, leaf } of fields) {
      const member = isPlainName ? value[source] : getOwn(value, source);
      let written = leaf === undefined || member === undefined || member === null ? undefined : leaf(member);
      if (written === undefined) {
        path[at] = key;
        depth = at + 1;
        written = write(member);
        depth = at;
      }
      if (written === undefined) return undefined;
      text += before + written;
    }
    return text + end;
  };

  const root = selectionWriter([rootSelectionSet], rootType);
  return (source, shared) => {
    errors = [];
    remembers = shared;
    depth = 0;
    const data = writeFields(root, source) ?? 'null';
    // Writers live as long as the operation: the response must not.
    for (const writer of remembering.splice(0)) writer.texts = undefined;
    return { data, errors };
  };
}
