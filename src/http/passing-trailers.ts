// Which trailer fields go on to the next hop (RFC 9110 §6.5). They arrive when routing, access and caching have been decided
// by the head, so whatever could decide any of that stays behind. Never merges a trailer into a head.
import { FieldKind } from './field-kind.ts'
import type { FieldLines } from './field-lines.ts'

/** Names whose definition does not allow them behind a body, or that must not be heard of that late. */
const neverBehindBody: ReadonlySet<string> = new Set([
  // Request modifiers and controls.
  'cache-control',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'pragma',
  'range',
  'origin',
  'referer',
  // Authentication and cookies.
  'authentication-info',
  'authorization',
  'proxy-authenticate',
  'proxy-authentication-info',
  'www-authenticate',
  'set-cookie',
  // What the content is.
  'content-encoding',
  'content-language',
  'content-location',
  'content-range',
  'content-type',
  // Controls of a response.
  'age',
  'alt-svc',
  'clear-site-data',
  'content-disposition',
  'content-security-policy',
  'expires',
  'last-modified',
  'link',
  'location',
  'refresh',
  'retry-after',
  'strict-transport-security',
  'vary',
  'warning',
  // Who the message came from and which way.
  'cdn-loop',
  'client-ip',
  'forwarded',
  'true-client-ip',
  'via',
])

/** Families of names that route, that grant access, or that tell of the way a message took. */
const neverBehindBodyPrefix =
  /^(?:access-control-|proxy-|sec-|x-accel-|x-auth-|x-forwarded|x-http-method|x-original-|x-rewrite-)/

/** The lines that may be passed on, as they are; '' for none. Fields the proxy knows by name never are. */
export function passingTrailers(trailers: FieldLines, allowsUnderscores: boolean): string {
  let passing = ''
  for (let i = 0; i < trailers.count; i++) {
    const kind = trailers.kind(i)
    if (kind !== FieldKind.other && !(kind === FieldKind.underscore && allowsUnderscores)) continue
    const name = trailers.name(i).toLowerCase()
    if (neverBehindBody.has(name) || neverBehindBodyPrefix.test(name)) continue
    passing += trailers.text.slice(trailers.lineStart(i), trailers.lineEnd(i))
  }
  return passing
}
