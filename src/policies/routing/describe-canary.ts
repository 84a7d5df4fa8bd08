// When a canary is taken, in words.
import type { CanaryRule } from './canary.ts'

/** `header test=v2, 30%`: `canaryClauses` in one text. */
export function describeCanary(rule: CanaryRule): string {
  return canaryClauses(rule).join(', ')
}

/** `header test`, `header test=v2`, `header test~^v`, `cookie like_music`, `30%`, in the order they are asked. */
export function canaryClauses(rule: CanaryRule): string[] {
  const conditions = []
  if (rule.header !== undefined)
    conditions.push(headerCondition(rule.header, rule.headerValue, rule.headerPattern))
  if (rule.cookie !== undefined) conditions.push(`cookie ${rule.cookie}`)
  const share = rule.share.to - rule.share.from
  if (share > 0 || conditions.length === 0) conditions.push(`${Number((share * 100).toFixed(2))}%`)
  return conditions
}

function headerCondition(name: string, value: string | undefined, pattern: string | undefined): string {
  if (value !== undefined) return `header ${name}=${value}`
  return pattern === undefined ? `header ${name}` : `header ${name}~${pattern}`
}
