/**
 * A sorted map that is never changed: every write returns a new map that shares most nodes.
 *
 * Persistence is what makes the rest simple. A cursor, a transaction's snapshot and a compaction each
 * just keep the root they started with, and no write can disturb them. The structure is a B+ tree whose
 * writes copy the path from root to leaf; nodes split when full and vanish when empty (no rebalancing:
 * a sparse leaf costs a little memory, never a wrong answer).
 */
const MAX_KEYS = 48;

interface Leaf<K, V> {
  readonly keys: readonly K[];
  readonly values: readonly V[];
  readonly children?: undefined;
}

interface Branch<K, V> {
  /** The smallest key of each child when it was made; a lower bound ever after. */
  readonly keys: readonly K[];
  readonly children: readonly Node<K, V>[];
}

type Node<K, V> = Leaf<K, V> | Branch<K, V>;

export interface Tree<K extends string | number, V> {
  readonly root: Node<K, V> | undefined;
  readonly size: number;
}

export interface Range<K> {
  /** First key wanted. */
  readonly from?: K | undefined;
  /** First key no longer wanted. */
  readonly until?: K | undefined;
}

const EMPTY: Tree<never, never> = { root: undefined, size: 0 };

export function emptyTree<K extends string | number, V>(): Tree<K, V> {
  return EMPTY;
}

/** @param entries In key order, each key once. */
export function treeOf<K extends string | number, V>(entries: readonly (readonly [K, V])[]): Tree<K, V> {
  let nodes: Node<K, V>[] = [];
  for (let at = 0; at < entries.length; at += MAX_KEYS) {
    const part = entries.slice(at, at + MAX_KEYS);
    nodes.push({ keys: part.map(([key]) => key), values: part.map(([, value]) => value) });
  }
  while (nodes.length > 1) {
    const parents: Node<K, V>[] = [];
    for (let at = 0; at < nodes.length; at += MAX_KEYS)
      parents.push(branchOf(nodes.slice(at, at + MAX_KEYS)));
    nodes = parents;
  }
  return { root: nodes[0], size: entries.length };
}

export function getKey<K extends string | number, V>(tree: Tree<K, V>, key: K): V | undefined {
  let node = tree.root;
  while (node?.children) node = node.children[childIndex(node.keys, key)];
  if (!node) return undefined;
  const i = lowerBound(node.keys, key);
  return node.keys[i] === key ? node.values[i] : undefined;
}

/** Adds the key or replaces its value. */
export function setKey<K extends string | number, V>(tree: Tree<K, V>, key: K, value: V): Tree<K, V> {
  if (!tree.root) return { root: { keys: [key], values: [value] }, size: 1 };
  const { nodes, added } = insert(tree.root, key, value);
  const root = nodes.length === 1 ? nodes[0] : branchOf(nodes);
  return { root, size: tree.size + (added ? 1 : 0) };
}

/** Returns the same tree when the key is not there. */
export function deleteKey<K extends string | number, V>(tree: Tree<K, V>, key: K): Tree<K, V> {
  if (!tree.root) return tree;
  let root = remove(tree.root, key);
  if (root === tree.root) return tree;
  while (root?.children?.length === 1) root = root.children[0];
  return root ? { root, size: tree.size - 1 } : emptyTree();
}

/** Entries in key order. */
export function* scan<K extends string | number, V>(
  tree: Tree<K, V>,
  range: Range<K> = {},
): Generator<readonly [K, V]> {
  if (tree.root) yield* scanNode(tree.root, range);
}

/** Entries in reverse key order. */
export function* scanReverse<K extends string | number, V>(
  tree: Tree<K, V>,
  range: Range<K> = {},
): Generator<readonly [K, V]> {
  if (tree.root) yield* scanNodeReverse(tree.root, range);
}

function* scanNode<K extends string | number, V>(
  node: Node<K, V>,
  { from, until }: Range<K>,
): Generator<readonly [K, V]> {
  if (node.children) {
    for (let i = from === undefined ? 0 : childIndex(node.keys, from); i < node.children.length; i += 1) {
      if (until !== undefined && i > 0 && (node.keys[i] as K) >= until) return;
      yield* scanNode(node.children[i] as Node<K, V>, { from, until });
    }
    return;
  }
  for (let i = from === undefined ? 0 : lowerBound(node.keys, from); i < node.keys.length; i += 1) {
    const key = node.keys[i] as K;
    if (until !== undefined && key >= until) return;
    yield [key, node.values[i] as V];
  }
}

function* scanNodeReverse<K extends string | number, V>(
  node: Node<K, V>,
  { from, until }: Range<K>,
): Generator<readonly [K, V]> {
  if (node.children) {
    const first = from === undefined ? 0 : childIndex(node.keys, from);
    const last = until === undefined ? node.children.length - 1 : childIndex(node.keys, until);
    for (let i = last; i >= first; i -= 1)
      yield* scanNodeReverse(node.children[i] as Node<K, V>, { from, until });
    return;
  }
  const end = until === undefined ? node.keys.length : lowerBound(node.keys, until);
  for (let i = end - 1; i >= 0; i -= 1) {
    const key = node.keys[i] as K;
    if (from !== undefined && key < from) return;
    yield [key, node.values[i] as V];
  }
}

/** First position whose key is not below the wanted one. */
function lowerBound<K extends string | number>(keys: readonly K[], key: K): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as K) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The child that holds the key if any does: the last one that starts at or below it. */
function childIndex<K extends string | number>(keys: readonly K[], key: K): number {
  const i = lowerBound(keys, key);
  return keys[i] === key ? i : Math.max(0, i - 1);
}

function branchOf<K extends string | number, V>(children: readonly Node<K, V>[]): Branch<K, V> {
  return { keys: children.map((child) => child.keys[0] as K), children };
}

function insert<K extends string | number, V>(
  node: Node<K, V>,
  key: K,
  value: V,
): { nodes: Node<K, V>[]; added: boolean } {
  if (node.children) {
    const i = childIndex(node.keys, key);
    const { nodes, added } = insert(node.children[i] as Node<K, V>, key, value);
    const children = node.children.slice();
    children.splice(i, 1, ...nodes);
    return { nodes: splitBranch(branchOf(children)), added };
  }
  const i = lowerBound(node.keys, key);
  const exists = node.keys[i] === key;
  const keys = node.keys.slice();
  const values = node.values.slice();
  keys.splice(i, exists ? 1 : 0, key);
  values.splice(i, exists ? 1 : 0, value);
  return { nodes: splitLeaf({ keys, values }, i), added: !exists };
}

function splitLeaf<K, V>(leaf: Leaf<K, V>, at: number): Leaf<K, V>[] {
  if (leaf.keys.length <= MAX_KEYS) return [leaf];
  // Appending is the common case (record numbers, growing keys): leave the left leaf full then.
  const middle = at === leaf.keys.length - 1 ? MAX_KEYS : leaf.keys.length >> 1;
  return [
    { keys: leaf.keys.slice(0, middle), values: leaf.values.slice(0, middle) },
    { keys: leaf.keys.slice(middle), values: leaf.values.slice(middle) },
  ];
}

function splitBranch<K extends string | number, V>(branch: Branch<K, V>): Branch<K, V>[] {
  if (branch.children.length <= MAX_KEYS) return [branch];
  const middle = branch.children.length >> 1;
  return [branchOf(branch.children.slice(0, middle)), branchOf(branch.children.slice(middle))];
}

function remove<K extends string | number, V>(node: Node<K, V>, key: K): Node<K, V> | undefined {
  if (node.children) {
    const i = childIndex(node.keys, key);
    const child = node.children[i] as Node<K, V>;
    const next = remove(child, key);
    if (next === child) return node;
    const children = node.children.slice();
    children.splice(i, 1, ...(next ? [next] : []));
    return children.length > 0 ? branchOf(children) : undefined;
  }
  const i = lowerBound(node.keys, key);
  if (node.keys[i] !== key) return node;
  if (node.keys.length === 1) return undefined;
  const keys = node.keys.slice();
  const values = node.values.slice();
  keys.splice(i, 1);
  values.splice(i, 1);
  return { keys, values };
}
