// Hot path: runs for every request where the ConfigMap believes what proxies in front say.
// Who the client is when other proxies stand in front of Portico, and how it came to them. Nobody's word counts but that of
// peers the ConfigMap trusts.
import { readHost } from '../../http/authority.ts'
import { canonicalAddress } from '../../http/canonical-address.ts'
import type { ConnectionFacts } from '../../http/client-stream.ts'
import { definePolicy, type SettingsOf } from '../define-policy.ts'
import { booleanSetting, nginxSetting, quote } from '../setting-types.ts'
import { type AddressSet, containsAddress, parseAddressSet } from '../values/address-set.ts'

const loopback = (parseAddressSet('127.0.0.0/8,::1') as { value: AddressSet }).value

/** ingress-nginx's keys for proxies in front of it. All of them stand in the ConfigMap only. */
export const forwardedHeaders = definePolicy('forwardedHeaders', {
  doc: 'Believes what trusted proxies in front say about a client: its address, its scheme, the host and port it asked for.',
  settings: {
    useForwardedHeaders: booleanSetting('use-forwarded-headers', {
      scope: 'config-map',
      default: false,
      doc: "Takes the client's address from forwarded-for-header, scheme and port from X-Forwarded-Proto and X-Forwarded-Port, and the host for redirects and backends from forwarded-host-header. Of lists the first value counts. Rules are still chosen by Host.",
      differs:
        'All of them are believed from peers in proxy-real-ip-cidr only; ingress-nginx believes all but the address from everybody.',
    }),
    enableRealIp: booleanSetting('enable-real-ip', {
      scope: 'config-map',
      default: false,
      doc: "Takes the client's address from forwarded-for-header, and nothing else.",
    }),
    computeFullForwardedFor: booleanSetting('compute-full-forwarded-for', {
      scope: 'config-map',
      default: false,
      doc: "With use-forwarded-headers: backends get the whole X-Forwarded-For list with the peer's address at its end, instead of the client's address alone.",
    }),
    forwardedForHeader: fieldNameSetting('forwarded-for-header', {
      default: 'x-forwarded-for',
      doc: 'Field that names the client and the proxies it came through.',
    }),
    forwardedHostHeader: fieldNameSetting('forwarded-host-header', {
      default: 'x-forwarded-host',
      doc: 'Field that names the host that the client asked for; its first value counts.',
    }),
    trusted: nginxSetting<AddressSet>(
      'proxy-real-ip-cidr',
      'list of networks',
      {
        scope: 'config-map',
        default: loopback,
        doc: 'Networks of the proxies in front that are believed, in forwarded fields and in PROXY headers.',
        differs:
          'Without it only loopback peers are believed in forwarded fields, where ingress-nginx believes everybody (0.0.0.0/0); in PROXY headers everybody is, as in ingress-nginx.',
        consequence: 'only loopback peers are believed',
      },
      parseAddressSet,
    ),
  },
  check(settings, written) {
    // Written, and still the default: it could not be read. It must not count as left out, which for PROXY headers means everybody.
    const isUnreadable = written.has('trusted') && settings.trusted === loopback
    return isUnreadable ? { ...settings, trusted: { ...loopback } } : settings
  },
  needs: {
    computeFullForwardedFor: ['useForwardedHeaders'],
    forwardedForHeader: ['useForwardedHeaders', 'enableRealIp'],
    forwardedHostHeader: ['useForwardedHeaders'],
  },
  isActive: settings => settings.useForwardedHeaders || settings.enableRealIp,
})

/** What is in force of it. */
export type ForwardedHeaders = SettingsOf<typeof forwardedHeaders.settings>

/** What a connection and its peer's fields tell. */
export interface ForwardedClaims {
  readonly connection: ConnectionFacts
  readonly authority: string
  /** All values of a field as one list; empty without any. */
  list(lowerName: string): string
}

/** Who the client is and how it came. */
export interface ResolvedClient {
  readonly address: string
  readonly scheme: 'http' | 'https'
  /** Host with its port, for redirects and backends. */
  readonly authority: string
  /** That host without its port, where a trusted proxy names it. */
  readonly publicHost: string | undefined
  readonly port: number
  /** X-Forwarded-For for backends. */
  readonly forwardedFor: string
  /** The list that named the client, trusted or not; empty for none. */
  readonly claimedFor: string
}

/** Follows the fields as far as they can be trusted. */
export function resolveClient(settings: ForwardedHeaders, claims: ForwardedClaims): ResolvedClient {
  const { connection, authority } = claims
  const { peerAddress, isProxied } = connection
  const claimedFor = claims.list(settings.forwardedForHeader)
  const own = clientOf(connection, authority, claimedFor)
  if (!containsAddress(settings.trusted, peerAddress)) return own
  // A PROXY header that gave the address is asked before any field (ingress-nginx).
  const address = isProxied ? own.address : lastUntrusted(settings.trusted, peerAddress, claimedFor)
  if (!settings.useForwardedHeaders) return { ...own, address, forwardedFor: address }
  const isFull = settings.computeFullForwardedFor && claimedFor !== ''
  const scheme = firstOf(claims.list('x-forwarded-proto')).toLowerCase()
  const named = firstOf(claims.list(settings.forwardedHostHeader))
  const publicHost = readHost(named)
  return {
    address,
    scheme: scheme === 'http' || scheme === 'https' ? scheme : own.scheme,
    authority: publicHost === undefined ? authority : named,
    publicHost,
    port: readPort(firstOf(claims.list('x-forwarded-port'))) ?? own.port,
    forwardedFor: isFull ? `${claimedFor}, ${peerAddress}` : address,
    claimedFor,
  }
}

/** What a connection itself tells. */
export function clientOf(
  { clientAddress, secure, localPort, isProxied }: ConnectionFacts,
  authority: string,
  claimedFor: string,
): ResolvedClient {
  return {
    address: clientAddress,
    scheme: secure ? 'https' : 'http',
    authority,
    publicHost: undefined,
    // Backends build links from it: 443 whatever the listener's number, as ingress-nginx states it.
    port: secure && !isProxied ? 443 : localPort,
    forwardedFor: clientAddress,
    claimedFor,
  }
}

/** nginx's recursive real-ip: from the end of the list, the first address that is no trusted proxy's; else the first of all. */
function lastUntrusted(trusted: AddressSet, peer: string, list: string): string {
  let found = peer
  let end = list.length
  while (end > 0 && containsAddress(trusted, found)) {
    const comma = list.lastIndexOf(',', end - 1)
    const address = addressOf(list.slice(comma + 1, end).trim())
    // Something that is no address: who wrote it is not known, so it ends what can be believed.
    if (address === undefined) break
    found = address
    end = comma
  }
  return found
}

const ipv4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/
const ipv6 = /^(?:\[([0-9A-Fa-f:.]+)\](?::\d{1,5})?|([0-9A-Fa-f:.]+))$/

/** An address, perhaps with a port behind it, in its one short form; `undefined` when it is none. */
function addressOf(text: string): string | undefined {
  // No address is longer (RFC 4291 §2.2 with a port).
  if (text.length > 54) return undefined
  const found =
    ipv4.exec(text)?.[1] ??
    ipv6
      .exec(text)
      ?.slice(1)
      .find(part => part !== undefined)
  return found === undefined ? undefined : canonicalAddress(found)
}

/** Of proxies in a chain the first is the one that the client came to. */
function firstOf(list: string): string {
  const comma = list.indexOf(',')
  return (comma === -1 ? list : list.slice(0, comma)).trim()
}

function readPort(text: string): number | undefined {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined
}

function fieldNameSetting(name: string, text: { readonly default: string; readonly doc: string }) {
  return nginxSetting<string>(name, 'header name', { ...text, scope: 'config-map' }, written =>
    /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(written)
      ? { value: written.toLowerCase() }
      : { problem: `${quote(written)} is not a header name` },
  )
}
