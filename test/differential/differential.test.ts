// Portico's parser beside Node's own, on the same bytes: the same meaning or a refusal, at every cut. `npm run fuzz` runs
// the same property for longer.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { requestVectors } from '../feature/wire/vectors/all.ts'
import { responseVectors } from '../feature/wire/vectors/responses.ts'
import { acceptedDifferences, findAccepted } from './accepted-differences.ts'
import { findDifference } from './compare.ts'
import requestCorpus from './corpus/requests.json' with { type: 'json' }
import responseCorpus from './corpus/responses.json' with { type: 'json' }
import { anyRequests, anyResponse, type Case, findFault } from './property.ts'

const runsPerSeed = 500
const firstSeed = 20_261_121

/** Runs the property with a seed that never changes and with one that nobody has tried; fast-check names it in a failure. */
function checkEvery(cases: fc.Arbitrary<Case>): void {
  for (const seed of [firstSeed, undefined]) {
    fc.assert(
      fc.property(cases, tried => {
        expect(findFault(tried), JSON.stringify(tried)).toBeUndefined()
      }),
      { numRuns: runsPerSeed, ...(seed !== undefined && { seed }) },
    )
  }
}

test('reads any requests as Node does, or refuses them, however they are cut', { timeout: 60_000 }, () => {
  checkEvery(anyRequests)
})

test('reads any response as Node does, or refuses it, however it is cut', { timeout: 60_000 }, () => {
  checkEvery(anyResponse)
})

test.each([...requestCorpus, ...responseCorpus])(
  'agrees with Node on $name, or refuses it',
  ({ name, ...found }) => {
    expect(findFault(found as Case), name).toBeUndefined()
  },
)

test('agrees with Node on every byte vector, or refuses it', () => {
  const requests = requestVectors.map(({ bytes }): Case => ({ side: 'requests', text: bytes }))
  const responses = responseVectors.map(({ bytes, method }): Case => ({ side: { method }, text: bytes }))
  const faults = [...requests, ...responses].map(known => [JSON.stringify(known), findFault(known)])
  expect(faults.filter(([, fault]) => fault !== undefined)).toEqual([])
})

describe('every accepted difference', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/differential.md'), 'utf8')

  test.each(acceptedDifferences)('still exists: $name', ({ name, side, example }) => {
    const difference = findDifference(side, example)
    expect(difference).toBeDefined()
    expect(findAccepted(difference!, example)?.name).toBe(name)
  })

  test('is told in the documentation, and no other is', () => {
    const headings = [...page.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading)
    expect(headings).toEqual(acceptedDifferences.map(({ name }) => name))
  })
})
