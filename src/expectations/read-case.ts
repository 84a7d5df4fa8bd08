// One case of a suite: its request in the short or the long form, and its claims.
import type { Field } from '../diagnostics/field.ts'
import { checkKeys } from './check-keys.ts'
import { aspects, type Case, type CaseRequest, type Claim } from './expectation.ts'
import { readShares } from './read-shares.ts'

const expectKeys = [...aspects, 'variants', 'within', 'requests', 'sentHeaders']
const requestKeys = ['method', 'url', 'host', 'path', 'headers', 'cookies', 'sni', 'clientIp']

/** Reads a case; `undefined` when a part of it can not be used, which was reported. */
export function readCase(whole: Field): Case | undefined {
  const field = whole.unit('this case is not run')
  if (!hasParts(field)) return undefined
  checkKeys(field, ['name', 'request', 'expect'])
  const request = readRequest(field.get('request'))
  const expect = field.get('expect')
  if (!expect.present) expect.fail('field-missing', 'is missing')
  const isShort = expect.isSingle
  const claims = isShort ? readShortClaim(expect) : readClaims(expect)
  const shares = isShort ? undefined : readShares(expect)
  if (claims.length === 0 && shares === undefined && !field.failed)
    expect.fail('field-missing', 'expects nothing')
  if (field.failed || request === undefined) return undefined
  const name = field.get('name').string() ?? nameOf(request)
  return { name, request, claims, shares, place: field.place }
}

/** A case is a mapping; asking for its entries reports anything else. */
function hasParts(field: Field): boolean {
  if (!field.present) field.fail('field-missing', 'is empty')
  else [...field.entries()]
  return !field.failed
}

function readShortClaim(field: Field): Claim[] {
  const expected = field.requiredString()
  if (expected === undefined) return []
  const aspect = /^\d/.test(expected) ? 'status' : 'service'
  return readClaim(aspect, field)
}

function readClaims(field: Field): Claim[] {
  checkKeys(field, expectKeys)
  const claims = aspects.flatMap(aspect => readClaim(aspect, field.get(aspect)))
  for (const [name, value] of field.get('sentHeaders').entries()) {
    const expected = value.string()
    if (expected !== undefined)
      claims.push({ aspect: `header ${name.toLowerCase()}`, expected, place: value.place })
  }
  return claims
}

function readClaim(aspect: Claim['aspect'], field: Field): Claim[] {
  const expected = field.string()
  if (expected === undefined) return []
  if (aspect === 'status' && !/^(?:[1-5]\d\d|[1-5]xx)$/.test(expected)) {
    field.fail('field-value', `is "${expected}" (write a status such as 404, or a class of them: 4xx)`)
    return []
  }
  if (aspect === 'service' && !/^(?:[^/:\s]+\/)?[^/:\s]+(?::[^/:\s]+)?$/.test(expected)) {
    field.fail('field-value', `is "${expected}" (write [NAMESPACE/]SERVICE[:PORT], or none)`)
    return []
  }
  return [{ aspect, expected, place: field.place }]
}

function readRequest(field: Field): CaseRequest | undefined {
  if (!field.present) {
    field.fail('field-missing', 'is missing')
    return undefined
  }
  if (field.isSingle) return readRequestLine(field)
  checkKeys(field, requestKeys)
  const url = readUrl(field)
  if (url === undefined) return undefined
  return {
    method: readMethod(field.get('method')),
    url,
    headers: readPairs(field.get('headers')),
    cookies: readPairs(field.get('cookies')),
    sni: field.get('sni').string(),
    clientIp: field.get('clientIp').string(),
  }
}

/** `[METHOD] URL`. */
function readRequestLine(field: Field): CaseRequest | undefined {
  const parts = (field.requiredString() ?? '').split(/\s+/)
  const [method, url] = parts.length === 1 ? ['GET', parts[0]!] : [parts[0]!, parts[1]!]
  if (parts.length > 2 || url === '' || !/^[A-Za-z-]+$/.test(method)) {
    field.fail('field-value', 'is no request (write [METHOD] URL, or a mapping with url)')
    return undefined
  }
  return { method, url, headers: [], cookies: [], sni: undefined, clientIp: undefined }
}

function readMethod(field: Field): string {
  const method = field.string() ?? 'GET'
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method)) field.fail('field-value', `is "${method}", no method`)
  return method
}

function readUrl(field: Field): string | undefined {
  const [url, host, path] = [field.get('url'), field.get('host'), field.get('path')]
  if (url.present && (host.present || path.present)) {
    url.fail('field-value', 'stands beside host or path; write one or the other')
    return undefined
  }
  if (url.present) return url.requiredString()
  const name = host.requiredString()
  return name === undefined ? undefined : `http://${name}${path.string() ?? '/'}`
}

/** Name → value, or name → list of values. */
function readPairs(field: Field): (readonly [string, string])[] {
  return [...field.entries()].flatMap(([name, value]) => {
    const values = value.isSingle ? [value.string()] : value.elements().map(one => one.string())
    return values.flatMap(text => (text === undefined ? [] : [[name, text] as const]))
  })
}

function nameOf({ method, url, headers, cookies, clientIp }: CaseRequest): string {
  const extras = [
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...cookies.map(([name, value]) => `cookie ${name}=${value}`),
    ...(clientIp === undefined ? [] : [`from ${clientIp}`]),
  ]
  return [`${method} ${url}`, ...extras].join(', ')
}
