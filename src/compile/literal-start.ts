// What every text that a regex takes begins with, for patterns that the linear-time engine can not compile: where such a path
// is guarded, nobody else may answer for what it would have taken.

const special = /[\\.^$|?*+()[\]{}]/

/** The plain characters at the start of a pattern; empty where alternatives, or options of the pattern, leave that open. */
export function literalStart(pattern: string): string {
  if (hasAlternatives(pattern)) return ''
  const end = pattern.search(special)
  if (end === -1) return pattern
  // What a quantifier stands behind may be missing.
  const isOptional = /[?*{]/.test(pattern.charAt(end))
  return pattern.slice(0, isOptional ? end - 1 : end)
}

/** Whether a `|` stands outside of groups; also when brackets do not pair up, so that nobody can say. */
function hasAlternatives(pattern: string): boolean {
  let depth = 0
  for (const [token] of pattern.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|[]/gs)) {
    if (token === '(') depth++
    else if (token === ')' && --depth < 0) return true
    else if (token === '[' || (token === '|' && depth === 0)) return true
  }
  return depth !== 0
}
