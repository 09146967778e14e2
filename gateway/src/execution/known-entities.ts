import type { JsonObject } from './own.ts';
import type { SubgraphError } from './subgraph-sender.ts';

/** What a subgraph said of one entity. */
export interface EntityAnswer {
  value: JsonObject | null;
  /** With paths that begin at the entity. */
  readonly errors: SubgraphError[];
  /** Set when the fetch as a whole failed. */
  failure: Omit<SubgraphError, 'path'> | undefined;
  /** Settles when the rest is there; undefined from then on. */
  arriving: Promise<void> | undefined;
  /** Whether the planner's corrections have been applied to the value. */
  isRewritten: boolean;
  /** Places where the value stands. */
  uses: number;
}

export const noAnswer = (): EntityAnswer => ({
  value: null,
  errors: [],
  failure: undefined,
  arriving: undefined,
  isRewritten: false,
  uses: 0,
});

/** Entities of which the same was asked, by what was sent of them. Most are never looked for: that takes a hash of each. */
export class KnownEntities {
  readonly #representations: readonly string[];
  readonly #answers: readonly EntityAnswer[];
  #index: Map<string, EntityAnswer> | undefined;

  /** @param answers One for each representation. */
  constructor(representations: readonly string[], answers: readonly EntityAnswer[]) {
    this.#representations = representations;
    this.#answers = answers;
  }

  get(representation: string): EntityAnswer | undefined {
    return this.#all.get(representation);
  }

  add(representation: string, answer: EntityAnswer): void {
    this.#all.set(representation, answer);
  }

  get #all(): Map<string, EntityAnswer> {
    return (this.#index ??= new Map(
      this.#answers.map((answer, index) => [this.#representations[index] ?? '', answer]),
    ));
  }
}
