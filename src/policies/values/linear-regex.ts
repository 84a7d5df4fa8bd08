// Regexes written by users: compiled by an engine whose time is linear in the text (RE2), so that no pattern can hang
// the process. Never hands a user's pattern to the built-in RegExp.
import { RE2JS } from 're2js'

/** A compiled pattern. `test` finds it anywhere in the text; matching takes time linear in the text. */
export type LinearRegex = RE2JS

/** Longest pattern accepted, in characters. */
const maxPatternLength = 1024
/** Most instructions a compiled pattern may have; a counted repetition multiplies them. */
const maxProgramSize = 5_000

/** A regex, or what is wrong with the pattern, as a clause. Linear time rules out look-around and backreferences. */
export function compileLinearRegex(
  pattern: string,
  options: { readonly ignoreCase: boolean },
): { readonly regex: LinearRegex } | { readonly problem: string } {
  if (pattern.length > maxPatternLength) return { problem: `is longer than ${maxPatternLength} characters` }
  try {
    const regex = RE2JS.compile(pattern, options.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
    if (regex.programSize() > maxProgramSize)
      return { problem: 'is too large once its repetitions are expanded' }
    return { regex }
  } catch (error) {
    return { problem: describeSyntaxProblem(pattern, error) }
  }
}

const unsupportedSyntax: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'look-around'],
  [/\\[1-9]|\\k[<{']/, 'a backreference'],
  [/\(\?>|[*+?}]\+/, 'an atomic group or possessive quantifier'],
  [/\(\?\(/, 'a conditional group'],
]

function describeSyntaxProblem(pattern: string, error: unknown): string {
  const feature = unsupportedSyntax.find(([syntax]) => syntax.test(pattern))?.[1]
  if (feature !== undefined) return `uses ${feature}, which a linear-time regex engine can not offer`
  const message = error instanceof Error ? error.message : String(error)
  return `is not a valid regex (${message.replace(/^error parsing regexp: /, '')})`
}
