import { expect, it } from 'vitest'
import { needsNoAuthentication, satisfy } from './satisfy.ts'

it('takes "all" and "any" and nothing else', () => {
  const { mode } = satisfy.settings
  expect(mode.parse('any')).toEqual({ value: 'any' })
  expect(mode.parse('Any')).toHaveProperty('problem')
})

it('opens rules by the beginning of their own path', () => {
  const paths = satisfy.settings.noAuthLocations.parse(' /public , /.well-known/,') as { value: string[] }
  expect(paths.value).toEqual(['/public', '/.well-known/'])
  expect(needsNoAuthentication('/public/x', paths.value)).toBe(true)
  expect(needsNoAuthentication('/', paths.value)).toBe(false)
  expect(needsNoAuthentication('/.well-known/acme-challenge', satisfy.defaults.noAuthLocations)).toBe(true)
})
