// Counts by one label. The labels are closed unions of the callers': nothing that a client or a backend writes becomes one.

/** How often each label was seen. */
export class Tally<Label extends string | number> {
  readonly #counts = new Map<Label, number>()

  add(label: Label): void {
    this.#counts.set(label, this.of(label) + 1)
  }

  of(label: Label): number {
    return this.#counts.get(label) ?? 0
  }

  entries(): IterableIterator<[Label, number]> {
    return this.#counts.entries()
  }
}
