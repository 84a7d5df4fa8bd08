// The cookie that keeps a client with its endpoint: `<key>|<mark of the backend>`, as ingress-nginx writes it, so that
// clients keep their stays when one takes over from the other. Neither part is a secret, and neither is trusted: a forged
// one leads to some endpoint of the route's own backends.
import { hash } from 'node:crypto'
import { understandsSameSiteNone } from './same-site.ts'

/** What a session cookie looks like: the `session-cookie-*` annotations. */
export interface SessionCookieSettings {
  readonly name: string
  /** `undefined`: the path of the rule. */
  readonly path: string | undefined
  readonly domain: string | undefined
  /** Seconds from now; `undefined` for none. May be negative. */
  readonly expires: number | undefined
  readonly maxAge: number | undefined
  readonly sameSite: 'None' | 'Lax' | 'Strict' | undefined
  /** Leaves `SameSite=None` out for browsers that do not understand it. */
  readonly conditionalSameSiteNone: boolean
  /** Always; otherwise over TLS only. */
  readonly secure: boolean
}

/** What a session cookie says of a client's stay. */
export interface Stay {
  /** Which endpoint, in the words of the balancer. */
  readonly key: string
  /** Which backend; empty when the cookie does not say. */
  readonly mark: string
}

const separator = '|'
/** No key of ours is longer; hashing what a client sends is to stay cheap. */
const maxCookieLength = 256

/** What the value of a session cookie says; `undefined` for one that is empty or absurdly long. */
export function readStay(value: string | undefined): Stay | undefined {
  if (value === undefined || value === '' || value.length > maxCookieLength) return undefined
  const [key, mark = ''] = value.split(separator, 2)
  return key === '' ? undefined : { key: key!, mark }
}

/** The value of a session cookie. */
export function renderStay({ key, mark }: Stay): string {
  return `${key}${separator}${mark}`
}

/** A backend's mark: of `namespace-service-port`, as in ingress-nginx. */
export function markOf(upstreamName: string): string {
  return md5(md5(upstreamName) + upstreamName)
}

/** The key of an endpoint (`address:port`) of a backend where stays last for ever, as in ingress-nginx. */
export function endpointKeyOf(upstreamName: string, endpoint: string): string {
  return md5(upstreamName + endpoint)
}

/** What rendering a cookie needs to know of a request. */
export interface SessionCookieFacts {
  readonly secure: boolean
  readonly rulePath: string
  readonly userAgent: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The value of a Set-Cookie field. */
export function renderSessionCookie(
  settings: SessionCookieSettings,
  value: string,
  facts: SessionCookieFacts,
): string {
  const { expires, maxAge, domain, path } = settings
  let cookie = `${settings.name}=${value}`
  if (expires !== undefined) cookie += `; Expires=${new Date(facts.now + expires * 1000).toUTCString()}`
  if (maxAge !== undefined) cookie += `; Max-Age=${maxAge}`
  if (domain !== undefined) cookie += `; Domain=${domain}`
  cookie += `; Path=${path ?? facts.rulePath}`
  if (settings.secure || facts.secure) cookie += '; Secure'
  cookie += '; HttpOnly'
  const sameSite = sameSiteOf(settings, facts.userAgent)
  return sameSite === undefined ? cookie : `${cookie}; SameSite=${sameSite}`
}

function sameSiteOf(
  { sameSite, conditionalSameSiteNone }: SessionCookieSettings,
  userAgent: string,
): string | undefined {
  const isOmitted = sameSite === 'None' && conditionalSameSiteNone && !understandsSameSiteNone(userAgent)
  return isOmitted ? undefined : sameSite
}

/** A short name for a longer one; nothing depends on its being hard to find another text for it. */
function md5(text: string): string {
  return hash('md5', text)
}
