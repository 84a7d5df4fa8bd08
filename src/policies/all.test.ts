import { expect, it } from 'vitest'
import { requestFacts } from '../../test/support/request-facts.ts'
import { allPolicies, defaultRoutePolicies, everyPolicy, findSetting, knownAnnotations } from './all.ts'
import { askPolicies } from './ask.ts'
import type { AnySetting } from './define-policy.ts'
import { annotationsWithoutEffect } from './ledger/annotations-without-effect.ts'

it('finds each setting by its annotation', () => {
  const found = findSetting('nginx.ingress.kubernetes.io/proxy-body-size')
  expect([found?.policy.name, found?.name]).toEqual(['bodySize', 'maxBodyBytes'])
  expect(findSetting('proxy-body-size')).toBeUndefined()
})

it('gives every annotation to one setting only, and to none that is known to have no effect', () => {
  const written = everyPolicy.flatMap(policy => Object.values<AnySetting>(policy.settings))
  expect(knownAnnotations).toHaveLength(written.filter(({ annotation }) => annotation !== undefined).length)
  expect(knownAnnotations.filter(annotation => annotationsWithoutEffect.has(annotation))).toEqual([])
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

it('closes routes where a guard can not be read', () => {
  const open = `
    whitelist-source-range allowlist-source-range denylist-source-range satisfy
    auth-type auth-secret auth-secret-type auth-url auth-method auth-response-headers auth-proxy-set-headers
    auth-request-redirect auth-cache-duration auth-always-set-cookie`
    .trim()
    .split(/\s+/)
    .filter(name => findSetting(`nginx.ingress.kubernetes.io/${name}`)?.setting.onProblem !== 'deny')
  // Every guard has to let a request in when this one can not be read, which is the stricter of its two values. Client
  // certificates (auth-tls-…) close their host with a status of their own, 403.
  expect(open).toEqual(['satisfy'])
})
