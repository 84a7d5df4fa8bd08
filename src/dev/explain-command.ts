// The `portico explain` line for a request: ready to be pasted into a shell.
import { isIP } from 'node:net'
import { escapeControls } from '../diagnostics/escape-controls.ts'
import { shellLine } from '../diagnostics/shell-line.ts'
import type { Condition } from '../policies/routing/match-conditions.ts'
import type { RequestState } from '../proxy/request-state.ts'
import { findHost } from '../routing/matcher.ts'
import type { Route } from '../routing/table.ts'

/** Longest line; nobody pastes more. */
const maxLength = 2_000
/** Never shown on a page, not even to who sent them: pages are shared. */
const secretFields = new Set(['authorization', 'cookie'])

/** The line; `undefined` where the request can not be written as one. `source`: the arguments that name what is served. */
export function explainCommand(request: RequestState, source: readonly string[]): string | undefined {
  const url = `${request.scheme}://${request.authority}${request.target === '*' ? '/' : request.target}`
  const words = ['portico', 'explain']
  if (request.method !== 'GET') words.push(request.method)
  words.push(url, ...decidingFields(request))
  // What explain assumes of a client unless it is told.
  if (request.tls !== undefined && (request.tls.serverName ?? '') !== usualName(request.host))
    words.push('--sni', request.tls.serverName ?? '')
  if (request.clientAddress !== '127.0.0.1') words.push('--client-ip', request.clientAddress)
  words.push(...source)
  const line = shellLine(words)
  return line.length > maxLength || escapeControls(line) !== line || request.authority === ''
    ? undefined
    : line
}

/** What of the request the rules of its host look at: fields and cookies of canaries, of conditions, and of clients that stay. */
function decidingFields(request: RequestState): string[] {
  const words: string[] = []
  const names = new Set<string>()
  const cookies = new Set<string>()
  for (const { backend, canaries, policies } of rulesAsked(request)) {
    const affinity = backend?.upstream?.policies.affinity
    if (affinity?.kind !== undefined) cookies.add(affinity.name!)
    for (const { rule } of canaries) {
      if (rule.header !== undefined) names.add(rule.header)
      if (rule.cookie !== undefined) cookies.add(rule.cookie)
    }
    for (const { name } of policies.matchConditions.headers as readonly Condition[]) names.add(name)
  }
  for (const name of names) {
    const value = secretFields.has(name) ? undefined : request.header(name)
    if (value !== undefined) words.push('-H', `${name}: ${value}`)
  }
  for (const name of cookies) {
    const value = request.cookie(name)
    if (value !== undefined) words.push('--cookie', `${name}=${value}`)
  }
  return words
}

/** What a handshake asks for to reach a host: nothing where that is an address (RFC 6066 §3). */
function usualName(host: string): string {
  return isIP(host.replace(/^\[(.*)\]$/, '$1')) === 0 ? host : ''
}

/** Rules that are looked at; what they ask for beyond is left out. */
const maxRules = 200

/** The rule that took the request; where rules have conditions, all that could have. */
function rulesAsked({ route, host, proxy }: RequestState): readonly Route[] {
  const index = findHost(proxy.live.matcher, host)
  if (index?.conditional !== undefined) return index.hostRoutes.routes.slice(0, maxRules)
  return route === undefined ? [] : [route]
}
