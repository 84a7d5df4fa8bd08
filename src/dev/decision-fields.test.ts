import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fieldValue } from './decision-fields.ts'

test('whatever manifests hold, a value is printable ASCII, and not long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), text => {
      expect(fieldValue(text)).toMatch(/^[ -~]{0,1003}$/)
    }),
  )
})

test('what is printable already stays as it is', () => {
  expect(fieldValue('k8s/shop.yaml:11:13')).toBe('k8s/shop.yaml:11:13')
  expect(fieldValue('k8s/caf\u00e9.yaml:1:1\r\nX-Own: 1')).toBe('k8s/caf%C3%A9.yaml:1:1\\x0d\\x0aX-Own: 1')
})
