// Counts by one label. The labels are closed unions of the callers': nothing that a client or a backend writes becomes one.

/** How often each label was seen. */
export class Tally<Label extends string | number> {
  readonly #counts = new Map<Label, number>()

  add(label: Label, count = 1): void {
    this.#counts.set(label, this.of(label) + count)
  }

  of(label: Label): number {
    return this.#counts.get(label) ?? 0
  }

  entries(): IterableIterator<[Label, number]> {
    return this.#counts.entries()
  }
}
