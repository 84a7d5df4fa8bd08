// Who may ask the admin port what: names it answers to, tokens, and no web page of anybody else's.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { isLoopbackHost } from '../policies/values/loopback-host.ts'

/** Who is let in. */
export interface AccessRules {
  /** The address it is bound to. */
  readonly bind: string
  /** Further names that it is known under (`--admin-host`), in lower case. */
  readonly hosts: readonly string[]
  /** What clients of the API have to show; `undefined`: nothing, the port is bound to loopback. */
  readonly token: string | undefined
}

/** Why a request is not answered. */
export interface AccessRefusal {
  readonly status: 401 | 403 | 415
  readonly detail: string
}

/**
 * Why a request is not let in, or `undefined`. A web page that the user visits can send requests here: under a name of its own that
 * leads here (DNS rebinding), which the Host field tells, or across sites, which browsers say in other fields. What it must
 * not do is read, or have something done. `needsToken`: for all but the files of the page that asks for the token.
 */
export function accessRefusal(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  rules: AccessRules,
  needsToken: boolean,
): AccessRefusal | undefined {
  const host = headers.host ?? ''
  if (!isKnownName(nameIn(host), rules))
    return refuse(
      403,
      `this port answers as localhost, by its address and to the names of --admin-host, not as ${JSON.stringify(host)}`,
    )
  const site = headers['sec-fetch-site']
  if (needsToken && (site === 'cross-site' || site === 'same-site'))
    return refuse(403, 'pages of other sites may not ask')
  if (headers.origin !== undefined && needsToken && !isOwnOrigin(headers.origin, host))
    return refuse(403, `pages of ${JSON.stringify(headers.origin)} may not ask`)
  if (needsToken && rules.token !== undefined && !showsToken(headers.authorization, rules.token))
    return refuse(
      401,
      'show the token of --admin-token-file or PORTICO_ADMIN_TOKEN: "Authorization: Bearer TOKEN"',
    )
  // A form of another site can not send JSON without being asked first whether it may.
  if (method === 'POST' && !/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? ''))
    return refuse(415, 'what changes something is sent as application/json')
  return undefined
}

function refuse(status: AccessRefusal['status'], detail: string): AccessRefusal {
  return { status, detail }
}

/** Without port and brackets, in lower case. */
function nameIn(host: string): string {
  return host
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase()
}

function isKnownName(name: string, { bind, hosts }: AccessRules): boolean {
  if (isLoopbackHost(name) || name === bind.toLowerCase()) return true
  if (hosts.includes(name)) return true
  // An address is nobody's name: no page can make one its own. Bound to all of them, each is as good as the other.
  return isIP(name) !== 0 && (bind === '0.0.0.0' || bind === '::')
}

/** Pages that this port has sent say so; `null` is what a sandboxed page says. */
function isOwnOrigin(origin: string, host: string): boolean {
  return (
    origin.toLowerCase() === `http://${host.toLowerCase()}` ||
    origin.toLowerCase() === `https://${host.toLowerCase()}`
  )
}

/** Takes as long for a wrong token as for the right one, whatever their lengths. */
function showsToken(authorization: string | undefined, token: string): boolean {
  const shown = /^Bearer +(.+?) *$/i.exec(authorization ?? '')?.[1] ?? ''
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(shown), hash(token))
}
