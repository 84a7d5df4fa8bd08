// The figures of a run, as they are kept in a JSON file: everything that a table or a plot is made of.
import type { MachineNoise } from './accounting.ts'
import type { Column, Sample } from './cases/bench-case.ts'

/** A whole run. */
export interface BenchResults {
  readonly command: string
  readonly date: string
  readonly machine: string
  readonly versions: Readonly<Record<string, string>>
  readonly rounds: number
  readonly cases: readonly CaseResults[]
}

/** One case: the samples of each entry stand in the order of the rounds. */
export interface CaseResults {
  readonly name: string
  readonly title: string
  readonly columns: readonly Column[]
  /** How long each round took. */
  readonly seconds: number
  readonly entries: readonly EntryResults[]
  /** Before and after. */
  readonly noise: readonly [MachineNoise, MachineNoise]
}

/** A contender in one variant. */
export interface EntryResults {
  readonly contender: string
  readonly variant: string
  readonly samples: readonly Sample[]
}

/** Name of a contender in its variant. */
export function entryName({ contender, variant }: EntryResults): string {
  return variant === '' ? contender : `${contender}, ${variant}`
}

/** The values of one column of an entry, by round. */
export function valuesOf({ samples }: EntryResults, key: string): number[] {
  return samples.map(sample => sample[key]!)
}
