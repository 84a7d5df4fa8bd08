// Claims held against what was seen. Pure: asks nobody.
import type { Claim, ShareClaim } from './expectation.ts'
import type { Observation, ObservedShares } from './observation.ts'

/** What became of one claim. */
export interface Judgement {
  readonly verdict: 'met' | 'failed' | 'unseen'
  /** `service`, `sentHeaders x-real-ip`, `variants`. */
  readonly subject: string
  readonly expected: string
  /** `none` for nothing; of an unseen one, why. */
  readonly got: string
  readonly place: Claim['place']
}

/** Judges one claim about one request. */
export function judgeClaim({ aspect, expected, place }: Claim, observation: Observation): Judgement {
  const name = aspect.startsWith('header ') ? aspect.slice('header '.length) : undefined
  const subject = name === undefined ? aspect : `sentHeaders ${name}`
  const seen =
    name === undefined ? observation.seen[aspect as keyof Observation['seen']] : fieldOf(observation, name)
  if (seen === undefined)
    return { verdict: 'unseen', subject, expected, got: 'can not be seen from here', place }
  const verdict = isMet(aspect, expected, seen) ? 'met' : 'failed'
  return { verdict, subject, expected, got: seen === '' ? 'none' : seen, place }
}

function fieldOf({ sentFields }: Observation, name: string): string | undefined {
  return sentFields === undefined ? undefined : (sentFields.get(name) ?? '')
}

function isMet(aspect: Claim['aspect'], expected: string, seen: string): boolean {
  if (expected === 'none') return seen === ''
  if (seen === '') return expected === ''
  switch (aspect) {
    case 'status':
      return expected.endsWith('xx') ? seen[0] === expected[0] : seen === expected
    case 'service':
      return isService(expected, seen)
    case 'ingress':
      return expected.includes('/') ? expected === seen : seen.endsWith(`/${expected}`)
    case 'redirect':
      return [seen, withoutPort(seen)].map(withPath).includes(withPath(expected))
    case 'host':
      return seen === expected.toLowerCase()
    default:
      return seen === expected
  }
}

/** `seen` is `namespace/name:port`; parts that are not expected may be anything. */
function isService(expected: string, seen: string): boolean {
  const [, namespace, name, port] = /^(?:([^/]+)\/)?([^:]+)(?::(.+))?$/.exec(expected) ?? []
  const [, seenNamespace, seenName, seenPort] = /^([^/]+)\/([^:]+)(?::(.+))?$/.exec(seen) ?? []
  return (
    name === seenName &&
    (namespace === undefined || namespace === seenNamespace) &&
    (port === undefined || port === seenPort)
  )
}

/** Which port a redirect names depends on where Portico listens, so an expected one without a port fits any. */
function withoutPort(url: string): string {
  return url.replace(/^(https?:\/\/(?:\[[^\]]*\]|[^/:?#]*)):\d+/i, '$1')
}

/** `https://shop.test` and `https://shop.test/` are one URL (RFC 9110 §4.2.3). */
function withPath(url: string): string {
  return /^https?:\/\/[^/?#]*$/i.test(url) ? `${url}/` : url
}

/** Judges how the requests of a route are divided. Shares that were computed must be exact. */
export function judgeShares(claim: ShareClaim, observed: ObservedShares): Judgement {
  const expected = sharesText(claim.shares)
  const common = { subject: 'variants', expected, place: claim.place }
  if ('unseen' in observed) return { ...common, verdict: 'unseen', got: observed.unseen }
  const { shares, requests } = observed
  // Far below what a percentage says, far above what adding up loses.
  const tolerance = requests === undefined ? 1e-6 : claim.within
  const names = new Set([...claim.shares.keys(), ...shares.keys()])
  const isOff = (name: string) =>
    Math.abs((claim.shares.get(name) ?? 0) - (shares.get(name) ?? 0)) > tolerance + 1e-12
  const counted = requests === undefined ? '' : ` of ${requests} requests`
  return { ...common, verdict: [...names].some(isOff) ? 'failed' : 'met', got: sharesText(shares) + counted }
}

function sharesText(shares: ReadonlyMap<string, number>): string {
  return [...shares].map(([name, share]) => `${name} ${Math.round(share * 1e4) / 100}%`).join(', ')
}
