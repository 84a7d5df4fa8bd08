// `variants: { stable: 70%, canary: 30% }`, and how exact that is meant where requests are counted.
import type { Field } from '../diagnostics/field.ts'
import type { ShareClaim } from './expectation.ts'

const defaultWithin = 0.1
const defaultRequests = 200
const maxRequests = 10_000

/** Reads `variants`, `within` and `requests` of an `expect`; `undefined` when there are none, or none that can be used. */
export function readShares(expect: Field): ShareClaim | undefined {
  const field = expect.get('variants')
  const [within, requests] = [expect.get('within'), expect.get('requests')]
  if (!field.present) {
    for (const [name, one] of [
      ['within', within],
      ['requests', requests],
    ] as const)
      if (one.present)
        one.fail('field-value', `means nothing without variants beside it (${name} is about them)`)
    return undefined
  }
  const shares = new Map<string, number>()
  for (const [name, value] of field.entries()) {
    const share = readPercent(value)
    if (share !== undefined) shares.set(name, share)
  }
  const sum = [...shares.values()].reduce((total, share) => total + share, 0)
  if (Math.abs(sum - 1) > 1e-9 && !field.failed)
    field.fail('field-value', `adds up to ${Math.round(sum * 1e6) / 1e4}%, not to 100%`)
  return {
    shares,
    within: within.present ? (readPercent(within) ?? defaultWithin) : defaultWithin,
    requests: requests.integer(1, maxRequests) ?? defaultRequests,
    place: field.place,
  }
}

function readPercent(field: Field): number | undefined {
  const text = field.requiredString()
  const match = text === undefined ? null : /^(\d{1,3}(?:\.\d+)?)\s*%$/.exec(text)
  const share = match === null ? Number.NaN : Number(match[1]) / 100
  if (share <= 1) return share
  if (text !== undefined) field.fail('field-value', `is "${text}" (write a share such as 30%)`)
  return undefined
}
