// When a canary is taken, in words.
import type { Canary } from '../routing/table.ts'

/** `header test=v2, cookie like_music, 30%`, in the order they are asked. */
export function canaryText({ rule, isSticky }: Canary): string {
  const { header, headerValue, headerPattern, cookie, share } = rule
  const parts: string[] = []
  if (header !== undefined) {
    const value = headerValue === undefined ? (headerPattern && `~${headerPattern}`) : `=${headerValue}`
    parts.push(`header ${header}${value ?? ''}`)
  }
  if (cookie !== undefined) parts.push(`cookie ${cookie}`)
  parts.push(`${Number(((share.to - share.from) * 100).toFixed(2))}%`)
  if (isSticky) parts.push('clients stay')
  return parts.join(', ')
}
