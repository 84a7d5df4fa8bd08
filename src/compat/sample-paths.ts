// Request paths that are worth trying for a rule: those on which two readings of it may part.
import type { Route } from '../routing/table.ts'

/** Paths around a rule's own, in the order in which they explain best. Plain ASCII only; may hold paths that nobody takes. */
export function samplePaths({ path, kind }: Route): string[] {
  const texts = kind === 'regex' ? regexSamples(path) : [path]
  return texts.flatMap(pathsAround).filter(text => /^\/[\w.~!$&'()*+,;=:@/-]*$/.test(text))
}

function pathsAround(text: string): string[] {
  const bare = text.endsWith('/') ? text.slice(0, -1) : text
  return [bare === '' ? '/' : bare, `${bare}/`, `${bare}/x`, `${bare}x`, text.toUpperCase()]
}

/** Texts that a pattern probably takes: each group's first alternative, then each group's last. */
function regexSamples(pattern: string): string[] {
  const samples = [0, -1].map(alternative => sampleOf(pattern, alternative))
  return [...new Set(samples.filter(sample => sample.startsWith('/')))]
}

const innermostGroup = /(?<!\\)\((?:\?(?:[:=!]|P?<\w+>))?((?:\\.|[^()\\])*)\)(?:[*+?]|\{[\d,]*\})?/

function sampleOf(pattern: string, alternative: number): string {
  let text = pattern.replace(/\(\?[a-z]+\)/g, '')
  for (let group = innermostGroup.exec(text); group !== null; group = innermostGroup.exec(text)) {
    const chosen = group[1]!.split('|').at(alternative)!
    text = text.slice(0, group.index) + chosen + text.slice(group.index + group[0].length)
  }
  return text
    .split('|')
    .at(alternative)!
    .replace(/\\(.)|\[(\^?)([^\]]*)\]|[.^$]|[*+?]|\{[\d,]*\}/g, sampleOfToken)
}

function sampleOfToken(
  token: string,
  escaped: string | undefined,
  negated: string,
  members: string | undefined,
): string {
  if (escaped !== undefined) return ({ d: '1', w: 'x', S: 'x', W: '-', D: 'x' } as const)[escaped] ?? escaped
  if (members !== undefined) return negated === '^' ? 'x' : (members[0] ?? '')
  return token === '.' ? 'x' : ''
}
