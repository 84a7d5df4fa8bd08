import { expect, it } from 'vitest'
import { requestFacts } from '../../test/support/request-facts.ts'
import { allPolicies, defaultRoutePolicies, everyPolicy, findSetting, knownAnnotations } from './all.ts'
import { askPolicies } from './ask.ts'
import type { AnySetting } from './define-policy.ts'
import { plannedAnnotations } from './planned-annotations.ts'

it('finds each setting by its annotation', () => {
  const found = findSetting('nginx.ingress.kubernetes.io/proxy-body-size')
  expect([found?.policy.name, found?.name]).toEqual(['bodySize', 'maxBodyBytes'])
  expect(findSetting('proxy-body-size')).toBeUndefined()
})

it('gives every annotation to one setting only, and to none that is only planned', () => {
  const written = everyPolicy.flatMap(policy => Object.values<AnySetting>(policy.settings))
  expect(knownAnnotations).toHaveLength(written.filter(({ annotation }) => annotation !== undefined).length)
  expect(knownAnnotations.filter(annotation => plannedAnnotations.has(annotation))).toEqual([])
})

it('asks the listed policies in their order and gives the first answer', () => {
  const redirect = allPolicies.findIndex(policy => policy.name === 'sslRedirect')
  const policies = {
    ...defaultRoutePolicies,
    sslRedirect: { ...defaultRoutePolicies.sslRedirect, force: true },
  }
  expect(askPolicies([redirect], policies, requestFacts(), [])?.status).toBe(308)
  expect(askPolicies([redirect], defaultRoutePolicies, requestFacts(), [])).toBeUndefined()
  expect(askPolicies([], policies, requestFacts(), [])).toBeUndefined()
})

it('closes routes for guards, and only for those', () => {
  const guards = [...plannedAnnotations]
    .filter(([, { security }]) => security)
    .map(([name]) => name.split('/')[1]!)
  expect(guards.every(name => /^auth-|^satisfy$|(white|allow|deny)list-source-range$/.test(name))).toBe(true)
})
