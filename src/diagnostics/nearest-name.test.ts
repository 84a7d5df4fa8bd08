import { expect, test } from 'vitest'
import { nearestName } from './nearest-name.ts'

const known = ['pathType', 'path', 'backend', 'service']

test.each([
  ['pathtype', 'pathType'],
  ['pahtType', 'pathType'],
  ['bakend', 'backend'],
  ['services', 'service'],
])('suggests for %s the name %s', (name, expected) => {
  expect(nearestName(name, known)).toBe(expected)
})

test('suggests nothing for a name that resembles none', () => {
  expect(nearestName('replicas', known)).toBeUndefined()
})
