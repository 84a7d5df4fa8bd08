// Names that Portico knows and does not obey: what is said of them, and when there is nothing to say.
import { adviseOnSnippet } from './snippet-directives.ts'

/**
 * *planned*: not obeyed yet. *refused*: never will be. *legacy*: ingress-nginx itself dropped it. *elsewhere*: a flag of the
 * command line decides. *ignored*: has nothing to act on here, by design.
 */
export type WithoutEffectStatus = 'planned' | 'refused' | 'legacy' | 'elsewhere' | 'ignored'

/** An annotation or ConfigMap key without an effect. */
export interface WithoutEffect {
  readonly status: WithoutEffectStatus
  /** Why, as a clause. */
  readonly reason: string
  /** What to write instead, as a clause; `undefined` where nothing is. */
  readonly instead: string | undefined
  /** Values that ask for what happens anyway: those are obeyed, and nothing is said. */
  readonly obeyed: ReadonlySet<string>
  /** Whether the value is text in nginx's language, which may guard access. */
  readonly isSnippet: boolean
}

/** What names of one kind have in common. */
export interface WithoutEffectGroup {
  readonly status: WithoutEffectStatus
  readonly reason: string
  readonly instead?: string
  readonly obeyed?: readonly string[]
  readonly isSnippet?: boolean
  /** Separated by white space. */
  readonly names: string
}

/** Words for "no" in Go's `strconv.ParseBool`: a switch that is off asks for nothing. */
export const offWords: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False']

/** The names of groups with what is to be said of them, in the order written. */
export function listWithoutEffect(groups: readonly WithoutEffectGroup[]): [string, WithoutEffect][] {
  return groups.flatMap(({ names, obeyed = [], isSnippet = false, instead, status, reason }) => {
    const entry = { status, reason, instead, obeyed: new Set(obeyed), isSnippet }
    return names
      .trim()
      .split(/\s+/)
      .map((name): [string, WithoutEffect] => [name, entry])
  })
}

/** What follows from a value that is not obeyed. */
export interface WithoutEffectVerdict {
  /** What guards access in it, `deny all`: the routes must be closed. */
  readonly guard: string | undefined
  /** What to do instead, for this very value; `undefined` where nothing is known. */
  readonly instead: string | undefined
}

/** Judges a value of a name without effect; `undefined` when there is nothing to say, because it asks for nothing. */
export function judgeWithoutEffect(entry: WithoutEffect, value: string): WithoutEffectVerdict | undefined {
  if (entry.obeyed.has(value)) return undefined
  if (!entry.isSnippet) return { guard: undefined, instead: entry.instead }
  const { instead, guard } = adviseOnSnippet(value)
  return { guard, instead: instead.length === 0 ? entry.instead : `write ${instead.join(', ')}` }
}
