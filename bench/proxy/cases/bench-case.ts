// What a case of the benchmark is: contenders set up in a certain way, something done to each, numbers that come of it.
import type { Ability, Setup } from '../contenders/contender.ts'
import type { LoadTool } from '../load/http-load.ts'
import type { Program } from '../program.ts'
import type { Workspace } from '../workspace.ts'

/** The numbers of one round, by column. */
export type Sample = Readonly<Record<string, number>>

/** A column of the case's table. */
export interface Column {
  readonly key: string
  readonly title: string
  readonly digits: number
}

/** A way to set up a contender, and what it must be able to do for that. */
export interface Variant {
  /** Stands behind the contender's name; empty for the usual way. */
  readonly label: string
  readonly needs: readonly Ability[]
  readonly ruleCount: number
  readonly accessLog: Setup['accessLog']
}

/** Where and how long to measure. */
export interface Measuring {
  readonly program: Program
  readonly workspace: Workspace
  readonly variant: Variant
  /** The hosts that the program has rules for. */
  readonly hosts: readonly string[]
  readonly seconds: number
  readonly loadCore: number
  readonly tool: LoadTool
}

/** A case. The first column is what it is about; ratios are made of it. */
export interface BenchCase {
  readonly name: string
  readonly title: string
  readonly needs: readonly Ability[]
  readonly columns: readonly Column[]
  readonly variants: readonly Variant[]
  /** What stands behind the contenders. */
  readonly backend: 'fixed-answers' | 'web-socket-echo' | 'grpc-answers'
  /** Share of the asked seconds that a round takes; less for cases that nobody tunes by. */
  readonly share: number
  /** Whether contenders are started anew for every round, with nothing sent before it: for memory. */
  readonly startsAnew: boolean
  /** Rejects when the contender does not do what the case is about. */
  verify(program: Program): Promise<void>
  measure(measuring: Measuring): Promise<Sample>
}

/** One rule, no access log. */
export const usual: Variant = { label: '', needs: [], ruleCount: 1, accessLog: 'off' }
