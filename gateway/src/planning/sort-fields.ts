import { Kind, visit, type ObjectFieldNode, type ObjectValueNode, type ValueNode } from 'graphql';

/** Fields of an input object in the order of their names: the order in which they are written means nothing. */
export const sortFields = ({ fields }: ObjectValueNode): readonly ObjectFieldNode[] =>
  [...fields].sort((a, b) => (a.name.value < b.name.value ? -1 : 1));

/** The same value, with the fields of every object in it sorted. */
export const sortedValue = (value: ValueNode): ValueNode =>
  visit(value, { [Kind.OBJECT]: { leave: (object) => ({ ...object, fields: sortFields(object) }) } });
