import { mergeDocuments, type MergedDocument } from './merge-documents.ts';
import type { ExecutableFetch } from './executable-plan.ts';
import { StringTraits } from './json.ts';
import { KnownEntities, noAnswer, type EntityAnswer } from './known-entities.ts';
import { getOwn, isJsonObject } from './own.ts';
import { packRequests } from './pack-requests.ts';
import { variablesText, type Variables } from './variables.ts';
import type { SubgraphAnswer, SubgraphError, SubgraphSender } from './subgraph-sender.ts';

export interface FetchedEntities {
  /** One for each representation. */
  readonly answers: readonly EntityAnswer[];
  /** Those that belong to no entity. */
  readonly errors: readonly SubgraphError[];
  /** Resolves when all is there; undefined: it is. Rejects when nobody waits for it any more. */
  readonly arriving: Promise<unknown> | undefined;
}

interface Question {
  readonly fetch: ExecutableFetch;
  /** JSON text of the variables beside the representations, by name. */
  readonly variables: Variables;
  readonly representations: readonly string[];
  readonly answers: readonly EntityAnswer[];
  readonly errors: SubgraphError[];
  /** To be told when it has been answered with others; undefined: it goes by itself. */
  waiter: { readonly resolve: () => void; readonly reject: (reason: unknown) => void } | undefined;
}

/** Documents made of those of fetches that met; kept with the operation, for all its requests. */
export type MergedDocuments = Map<string, MergedDocument | undefined>;

/** Fetches can meet in many ways; those that are met first are kept. */
const MAX_MERGED_DOCUMENTS = 64;

export interface EntityRequestOptions {
  readonly send: SubgraphSender;
  /** Most entities that one request asks for. */
  readonly maxEntities: number;
  /** Whether what was asked of an entity still holds when it is met again: not after a mutation's next field. */
  readonly remembers: boolean;
  readonly merged: MergedDocuments;
}

/**
 * The entities of one client request. What has been asked of an entity is not asked again, wherever it stands;
 * fetches that are ready at the same time for the same subgraph travel in one request.
 */
export class EntityRequests {
  readonly #options: EntityRequestOptions;
  /** By what was asked of them. */
  readonly #known = new Map<string, KnownEntities>();
  #waiting: Question[] = [];
  #stringTraits: StringTraits = StringTraits.Plain;

  constructor(options: EntityRequestOptions) {
    this.#options = options;
  }

  /** Of all strings that have been brought. */
  get stringTraits(): StringTraits {
    return this.#stringTraits;
  }

  /** What the result holds is there when it has arrived. */
  fetch(fetch: ExecutableFetch, representations: readonly string[], variables: Variables): FetchedEntities {
    const selection = fetch.selection + variablesText(variables);
    const { remembers } = this.#options;
    const known = remembers ? this.#known.get(selection) : undefined;
    const answers = known === undefined ? representations.map(noAnswer) : [];
    let unknown = representations;
    let asked = answers;
    const arriving: Promise<void>[] = [];
    if (known === undefined) {
      if (remembers) this.#known.set(selection, new KnownEntities(representations, answers));
    } else {
      const others: string[] = [];
      unknown = others;
      asked = [];
      for (const representation of representations) {
        let answer = known.get(representation);
        if (answer === undefined) {
          answer = noAnswer();
          known.add(representation, answer);
          others.push(representation);
          asked.push(answer);
        } else if (answer.arriving !== undefined && !arriving.includes(answer.arriving))
          arriving.push(answer.arriving);
        answers.push(answer);
      }
    }
    const errors: SubgraphError[] = [];
    const { maxEntities } = this.#options;
    for (let start = 0; start < unknown.length; start += maxEntities) {
      const all = unknown.length <= maxEntities;
      arriving.push(
        this.#ask({
          fetch,
          variables,
          representations: all ? unknown : unknown.slice(start, start + maxEntities),
          answers: all ? asked : asked.slice(start, start + maxEntities),
          errors,
          waiter: undefined,
        }),
      );
    }
    return { answers, errors, arriving: arriving.length > 1 ? Promise.all(arriving) : arriving[0] };
  }

  #ask(question: Question): Promise<void> {
    const arriving = question.fetch.hasCompany ? this.#wait(question) : this.#sendGroup([question]);
    for (const answer of question.answers) answer.arriving = arriving;
    return arriving;
  }

  /** Whatever else this turn of the event loop brings for the subgraph goes along. */
  #wait(question: Question): Promise<void> {
    return new Promise((resolve, reject) => {
      question.waiter = { resolve, reject };
      if (this.#waiting.push(question) === 1)
        process.nextTick(() => {
          this.#depart();
        });
    });
  }

  #depart(): void {
    const bySubgraph = new Map<string, Question[]>();
    for (const question of this.#waiting) {
      const together = bySubgraph.get(question.fetch.subgraph);
      if (together === undefined) bySubgraph.set(question.fetch.subgraph, [question]);
      else together.push(question);
    }
    this.#waiting = [];
    for (const questions of bySubgraph.values())
      for (const together of questions.length === 1
        ? [questions]
        : packRequests(questions, this.#options.maxEntities))
        this.#start(together);
  }

  #start(questions: readonly Question[]): void {
    const sent = questions.length === 1 ? this.#sendGroup(questions) : this.#send(questions);
    sent.then(
      () => {
        for (const { waiter } of questions) waiter?.resolve();
      },
      (reason: unknown) => {
        for (const { waiter } of questions) waiter?.reject(reason);
      },
    );
  }

  /** One request for all, as far as their documents can be one. */
  async #send(questions: readonly Question[]): Promise<void> {
    const groups = bySelection(questions);
    const merged = groups.length === 1 ? undefined : this.#merge(groups);
    if (merged === undefined) {
      await Promise.all(groups.map((group) => this.#sendGroup(group)));
      return;
    }
    const [first] = questions;
    if (first === undefined) return;
    const answer = await this.#options.send({
      subgraph: first.fetch.subgraph,
      isMutation: false,
      body: `${merged.bodyStart}${groups
        .map((group, index) => `${index === 0 ? '' : ','}"r${index}":[${representationsOf(group)}]`)
        .join('')}${variablesOf(groups)}}}`,
    });
    this.#stringTraits |= answer.stringTraits ?? StringTraits.Any;
    // One part that failed must not take the others along.
    if (answer.data === null && answer.failure === undefined) {
      await Promise.all(groups.map((group) => this.#sendGroup(group)));
      return;
    }
    const roots = groups.map((_, index) => `e${index}`);
    for (const [index, group] of groups.entries())
      deliver(group, answer, `e${index}`, index === 0 ? roots : undefined);
  }

  async #sendGroup(group: readonly Question[]): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    const { fetch, variables } = first;
    const rest = `"representations":[${representationsOf(group)}]${variablesText(variables)}}}`;
    const answer = await this.#options.send({
      subgraph: fetch.subgraph,
      isMutation: false,
      body: fetch.bodyStart + rest,
      asked: fetch.selection + rest,
    });
    this.#stringTraits |= answer.stringTraits ?? StringTraits.Any;
    deliver(group, answer, '_entities', ['_entities']);
  }

  #merge(groups: readonly (readonly Question[])[]): MergedDocument | undefined {
    const { merged } = this.#options;
    const documents = groups.map(([question]) => question?.fetch.document ?? '');
    const key = documents.join('\n');
    if (merged.has(key)) return merged.get(key);
    if (merged.size >= MAX_MERGED_DOCUMENTS) return undefined;
    const made = mergeDocuments(documents);
    merged.set(key, made);
    return made;
  }
}

function bySelection(questions: readonly Question[]): readonly (readonly Question[])[] {
  const groups = new Map<string, Question[]>();
  for (const question of questions) {
    const selection = question.fetch.selection + variablesText(question.variables);
    const same = groups.get(selection);
    if (same === undefined) groups.set(selection, [question]);
    else same.push(question);
  }
  return [...groups.values()];
}

const representationsOf = (group: readonly Question[]): string =>
  group.length === 1
    ? (group[0]?.representations.join() ?? '')
    : group.map(({ representations }) => representations.join()).join();

const answersOf = (group: readonly Question[]): readonly EntityAnswer[] =>
  group.length === 1 ? (group[0]?.answers ?? []) : group.flatMap(({ answers }) => answers);

/** Beside the representations: one name is one value in all parts that travel together. */
const variablesOf = (groups: readonly (readonly Question[])[]): string =>
  variablesText(new Map(groups.flatMap(([question]) => [...(question?.variables ?? [])])));

/**
 * Hands each entity what was said of it.
 *
 * @param roots All there are in the answer, for who takes the errors that are below none of them.
 */
function deliver(
  group: readonly Question[],
  answer: SubgraphAnswer,
  root: string,
  roots: readonly string[] | undefined,
): void {
  const answers = answersOf(group);
  const [first] = group;
  if (answer.failure !== undefined) {
    for (const each of answers) each.failure = answer.failure;
  } else {
    for (const error of answer.errors) {
      const [field, index, ...path] = error.path ?? [];
      const about = field === root && typeof index === 'number' ? answers[index] : undefined;
      if (about !== undefined) about.errors.push({ ...error, path });
      else if (field === root || roots?.includes(String(field)) === false) first?.errors.push(error);
    }
    const entities = answer.data === null ? undefined : getOwn(answer.data, root);
    if (Array.isArray(entities) && entities.length === answers.length) {
      for (let index = 0; index < answers.length; index += 1) {
        const entity: unknown = entities[index];
        (answers[index] as EntityAnswer).value = isJsonObject(entity) ? entity : null;
      }
    } else if (answer.data !== null) {
      for (const each of answers) each.failure = malformed(first?.fetch.subgraph ?? '');
    }
  }
  for (const each of answers) each.arriving = undefined;
}

/** Without an entity for each that was asked for, none can be told from another. */
const malformed = (subgraph: string): Omit<SubgraphError, 'path'> => ({
  message: `service '${subgraph}' response was malformed: "_entities" does not answer what was asked`,
  extensions: { code: 'SUBREQUEST_MALFORMED_RESPONSE', reason: '"_entities" does not answer what was asked' },
});
