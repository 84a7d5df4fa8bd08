// The hosts that could speak for a request: which one does, and why each of the others does not.

import { placeText } from '../diagnostics/place-text.ts'
import type { LiveTable } from '../proxy/proxy-context.ts'
import { findHost, findWildcard, type HostIndex, type Matcher } from '../routing/matcher.ts'
import type { HostRoutes, RoutingTable } from '../routing/table.ts'

/** A host of the table that has something to do with a request's host. Plain data. */
export interface HostCandidate {
  /** `foo.com`, `*.foo.com`, a regex after `~`, or `*` for every host. */
  readonly host: string
  readonly kind: 'exact' | 'wildcard' | 'regex' | 'every host'
  /** Whose rules they are, where this is one more name for a host (server-alias). */
  readonly aliasOf?: string
  readonly taken: boolean
  /** Why it was taken or not, as a clause about it. */
  readonly reason: string
  /** Where its first rule stands. */
  readonly at?: string
}

interface Known {
  readonly kind: HostCandidate['kind']
  readonly index: HostIndex
  /** Why it can not take the request; empty: it could. */
  readonly misfit: string
}

/**
 * The hosts that have something to do with `host` (in lower case, without port), in the order they are asked: itself,
 * wildcards over it, regexes, and the one for every host. Empty where there is none.
 */
export function hostCandidates({ table, matcher }: LiveTable, host: string): HostCandidate[] {
  const chosen = findHost(matcher, host)
  const known = [...named(matcher, host), ...wildcards(matcher, host), ...unnamed(matcher, host)]
  const winner = known.find(({ index }) => index === chosen)
  return known.map(candidate => {
    const { kind, index, misfit } = candidate
    const taken = candidate === winner
    const alias = aliasOf(table, index)
    const at = firstPlaceOf(index.hostRoutes)
    return {
      host: nameOf(candidate),
      kind,
      ...(alias !== undefined && { aliasOf: alias }),
      taken,
      reason: taken ? takenBecause[kind] : misfit || `${nameOf(winner!)} ${wonBecause[winner!.kind]}`,
      ...(at !== undefined && { at }),
    }
  })
}

/** `file:line:column` of the first rule that names a host. */
export function firstPlaceOf({ routes, fallback }: HostRoutes): string | undefined {
  return placeText((routes[0] ?? fallback)?.origin.place)
}

const takenBecause: Readonly<Record<HostCandidate['kind'], string>> = {
  exact: 'is the host of the request',
  wildcard: 'covers it: the * stands for its first label',
  regex: 'is found in it, and nobody names it',
  'every host': 'takes requests for hosts that nothing else claims',
}

const wonBecause: Readonly<Record<HostCandidate['kind'], string>> = {
  exact: 'names the host itself; no other is asked after it',
  wildcard: 'covers the host; no other is asked after it',
  regex: 'comes before it; no other is asked after it',
  'every host': 'takes it',
}

function named({ exactHosts }: Matcher, host: string): Known[] {
  const index = exactHosts.get(host)
  return index === undefined ? [] : [{ kind: 'exact', index, misfit: '' }]
}

/** Those over the host at any depth, and the one below it: only one label deep do they count. */
function wildcards(matcher: Matcher, host: string): Known[] {
  const found: Known[] = []
  const add = (suffix: string, misfit: string) => {
    const index = matcher.wildcardHosts.get(suffix)
    if (index === undefined) return
    found.push({ kind: 'wildcard', index, misfit: findWildcard(matcher, host) === index ? '' : misfit })
  }
  for (let dot = host.indexOf('.'), depth = 1; dot !== -1; dot = host.indexOf('.', dot + 1), depth++) {
    const suffix = host.slice(dot)
    add(
      suffix,
      depth === 1
        ? 'its * stands for letters, digits, - and _ alone'
        : `its * stands for one label, not for ${depth}`,
    )
  }
  add(`.${host}`, 'its * stands for one label; the host itself has none before it')
  return found
}

function unnamed({ patternHosts, catchAll }: Matcher, host: string): Known[] {
  const misfit = host === '' ? 'the request names no host' : 'the regex is not found in the host'
  const patterns = patternHosts.map(({ regex, index }): Known => {
    return { kind: 'regex', index, misfit: host !== '' && regex.test(host) ? '' : misfit }
  })
  return catchAll === undefined
    ? patterns
    : [...patterns, { kind: 'every host', index: catchAll, misfit: '' }]
}

function nameOf({ kind, index }: Known): string {
  const { host } = index.hostRoutes
  return kind === 'every host' ? '*' : kind === 'regex' ? `~${host}` : host
}

/** The host that an alias stands for; `undefined` for hosts of rules. */
function aliasOf({ hosts, aliases }: RoutingTable, { hostRoutes }: HostIndex): string | undefined {
  if (hosts.includes(hostRoutes)) return undefined
  return aliases.find(({ text }) => text === hostRoutes.host)?.host
}
