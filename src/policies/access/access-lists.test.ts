import { expect, it } from 'vitest'
import { admissionFacts } from '../../../test/support/admission-facts.ts'
import type { SettingsOf } from '../define-policy.ts'
import { parseAddressSet } from '../values/address-set.ts'
import { accessLists } from './access-lists.ts'

type Settings = SettingsOf<typeof accessLists.settings>

function statusFor(clientAddress: string, lists: { allowed?: string; denied?: string }): number | undefined {
  const setOf = (text: string | undefined) =>
    text === undefined ? undefined : (parseAddressSet(text) as { value: never }).value
  const settings: Settings = {
    ...accessLists.defaults,
    allowed: setOf(lists.allowed),
    denied: setOf(lists.denied),
  }
  const request = admissionFacts({ clientAddress })
  const verdict = accessLists.admit!(settings, request, undefined)
  return (verdict as { status: number } | undefined)?.status
}

it('lets listed addresses in, and nobody else', () => {
  expect(statusFor('10.0.0.1', { allowed: '10.0.0.0/8' })).toBeUndefined()
  expect(statusFor('11.0.0.1', { allowed: '10.0.0.0/8' })).toBe(403)
  expect(statusFor('', { allowed: '0.0.0.0/0,::/0' })).toBe(403)
})

it('keeps denied addresses out, allowed or not', () => {
  expect(statusFor('10.0.0.1', { denied: '10.0.0.1' })).toBe(403)
  expect(statusFor('10.0.0.2', { denied: '10.0.0.1' })).toBeUndefined()
  expect(statusFor('10.0.0.1', { allowed: '10.0.0.0/8', denied: '10.0.0.1' })).toBe(403)
})

it('is not in force without a list', () => {
  expect(accessLists.isActive!(accessLists.defaults)).toBe(false)
})
