// What is fuzzed: each target makes random cases, tries one, and says what was wrong with it.
import fc from 'fast-check'
import { askedMethod, requestBytes, responseBytes } from '../differential/generate-messages.ts'
import { anyRequests, anyResponse, type Case, findFault } from '../differential/property.ts'
import { type Delivery, fuzzRequests, isReadableBehind } from './fuzz-requests.ts'
import { fuzzResponse } from './fuzz-responses.ts'
import type { ProxyUnderFuzz } from './proxy-under-fuzz.ts'

/** A case as it can be written down and tried again; `text` is what shrinks. */
export interface TargetCase extends Case {
  readonly delivery?: Delivery
  readonly closes?: boolean
}

export interface Target {
  readonly name: string
  /** Where a counterexample is kept: a file of test/differential/corpus. */
  readonly corpus: string
  readonly cases: fc.Arbitrary<TargetCase>
  /** Why a case is a counterexample; `undefined` when it is none. */
  findFault(tried: TargetCase): Promise<string | undefined>
}

/** How long a client of the proxy waits for a response before that counts as a fault. */
const patienceMs = 10_000

const delivery: fc.Arbitrary<Delivery> = fc.oneof(
  fc.constantFrom<Delivery>('at-once', 'byte-by-byte'),
  fc.record({ cut: fc.nat(1000) }),
)

/** The parsers side by side. */
export const parserTargets: readonly Target[] = [
  {
    name: 'requests, both parsers',
    corpus: 'requests.json',
    cases: anyRequests,
    findFault: async tried => findFault(tried),
  },
  {
    name: 'responses, both parsers',
    corpus: 'responses.json',
    cases: anyResponse,
    findFault: async tried => findFault(tried),
  },
]

/** A whole proxy, from either side. */
export function proxyTargets(proxy: ProxyUnderFuzz): Target[] {
  return [
    {
      name: 'requests, whole proxy',
      corpus: 'requests.json',
      cases: fc
        .tuple(requestBytes.filter(isReadableBehind), delivery)
        .map(([text, delivery]) => ({ side: 'requests', text, delivery })),
      findFault: async ({ text, delivery = 'at-once' }) =>
        isReadableBehind(text) ? fuzzRequests(proxy, text, delivery, patienceMs) : undefined,
    },
    {
      name: 'responses, whole proxy',
      corpus: 'responses.json',
      cases: fc
        .tuple(askedMethod, responseBytes, fc.boolean())
        .map(([method, text, closes]) => ({ side: { method }, text, closes })),
      findFault: async ({ side, text, closes = false }) =>
        side === 'requests' ? undefined : fuzzResponse(proxy, side.method, text, closes, patienceMs),
    },
  ]
}
