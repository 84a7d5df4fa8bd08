// `portico diff` against the data plane: whenever a request is decided otherwise under two sets of manifests, the comparison of
// the two says that something differs; and the same manifests, however they are laid out, never differ.
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareTables } from '../../src/comparison/compare-tables.ts'
import { essenceOf } from '../../src/comparison/find-example.ts'
import { sideOf } from '../../src/comparison/side.ts'
import { readAskedRequest } from '../../src/explain/asked-request.ts'
import { decide } from '../../src/explain/decide.ts'
import { type Outcome, outcomeOf } from '../../src/explain/outcome.ts'
import { rehearse } from '../../src/explain/rehearsal.ts'
import { compileManifest } from '../support/compile-manifest.ts'
import { anyManifests, anyRequest, type ModelManifests, manifestsText } from '../support/random-manifests.ts'

const draws = [0.05, 0.5, 0.95]

type Written = Parameters<typeof readAskedRequest>[0]

async function outcomesOf(text: string, requests: readonly Written[], draw: number): Promise<Outcome[]> {
  const rehearsal = rehearse(compileManifest(text).table, { random: () => draw })
  const found: Outcome[] = []
  for (const written of requests) {
    const asked = readAskedRequest(written)
    if ('problem' in asked) throw new Error(asked.problem)
    found.push(outcomeOf(await decide(asked.value, rehearsal)))
  }
  rehearsal.close()
  return found
}

const differ = (before: string, after: string) =>
  compareTables(sideOf(compileManifest(before)), sideOf(compileManifest(after)))

/** Two sets that have most in common. */
const pair: fc.Arbitrary<readonly [ModelManifests, ModelManifests]> = fc
  .tuple(anyManifests, anyManifests, fc.nat(), fc.nat())
  .map(([base, other, at, from]) => {
    const ingresses = [...base.ingresses]
    const donor = other.ingresses[from % Math.max(1, other.ingresses.length)]
    if (donor !== undefined) ingresses[at % (ingresses.length + 1)] = donor
    return [base, { ...base, ingresses }]
  })

test('a request that is decided otherwise is never without a difference, of its host or of the rest', async () => {
  await fc.assert(
    fc.asyncProperty(
      pair,
      fc.array(anyRequest, { minLength: 10, maxLength: 30 }),
      async ([before, after], requests) => {
        const [old, now] = [manifestsText(before), manifestsText(after)]
        const changed = new Set(differ(old, now).map(({ what, host }) => (what === 'rest' ? 'rest' : host)))
        if (changed.has('rest')) return
        for (const draw of draws) {
          const [was, is] = [await outcomesOf(old, requests, draw), await outcomesOf(now, requests, draw)]
          for (const [index, request] of requests.entries()) {
            const [one, other] = [was[index]!, is[index]!]
            if (isDeepStrictEqual(essenceOf(one), essenceOf(other))) continue
            expect([
              request,
              one,
              other,
              changed.has(one.host ?? '*') || changed.has(other.host ?? '*'),
            ]).toEqual([request, one, other, true])
          }
        }
      },
    ),
    { numRuns: 30 },
  )
})

test('the same manifests with other line numbers, and in another order of documents, do not differ', () => {
  fc.assert(
    fc.property(anyManifests, model => {
      const text = manifestsText(model)
      expect(differ(text, `# a comment\n\n${text.replaceAll('---\n', '---\n# another\n')}`)).toEqual([])
    }),
    { numRuns: 100 },
  )
})
