// Whatever somebody writes for an annotation or a key of the ConfigMap: nothing throws, nothing is passed over in silence,
// and a guard that can not be read closes its routes.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Compiled, compile } from '../../test/support/compile.ts'
import { configMap, ingress, service, slice } from '../../test/support/resources.ts'
import { findConfigSetting, findSetting, knownAnnotations, knownConfigKeys } from '../policies/all.ts'
import type { AnySetting } from '../policies/define-policy.ts'

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'true',
    '-1',
    '0',
    '1e999',
    '99999999999999999999',
    'NaN',
    'off',
    '~',
    '~*(',
    '$',
    '${',
    '$1',
    '*',
    ',',
    ',,',
    '/',
    '//',
    'a b',
    'http://',
    'https://[::1',
    '::ffff:0.0.0.0/96',
    '0.0.0.0/0',
    '__proto__',
    'constructor',
    '{}',
    'a\r\nX: y',
    '\0',
    '%00',
    '%',
  ),
)

const options = { configMap: { namespace: 'default', name: 'config' } }

function compileWith(annotations: Record<string, string>, data: Record<string, string>): Compiled {
  const web = ingress({ annotations, rules: { 'a.com': ['P / web:80'] } })
  return compile([web, service(), slice('web', ['127.0.0.1']), configMap({ data })], options)
}

/** What has to be true of a value that was written for a setting. */
function expectObeyedOrSaid({ diagnostics, route }: Compiled, setting: AnySetting, value: string): void {
  const written = value.trim()
  if (written === '') return
  const isRead = !/[\r\n]/.test(written) && 'value' in setting.parse(written)
  if (isRead) return
  expect(diagnostics.some(({ code }) => code === 'annotation-value' || code === 'config-value')).toBe(true)
  if (setting.onProblem === 'deny') expect(route('a.com', '/')?.denied).toBeDefined()
}

it('any annotation may have any value', () => {
  fc.assert(
    fc.property(fc.constantFrom(...knownAnnotations), hostile, (key, value) => {
      expectObeyedOrSaid(compileWith({ [key]: value }, {}), findSetting(key)!.setting, value)
    }),
    { numRuns: 1000 },
  )
})

it('any key of the ConfigMap may have any value', () => {
  fc.assert(
    fc.property(fc.constantFrom(...knownConfigKeys), hostile, (key, value) => {
      expectObeyedOrSaid(compileWith({}, { [key]: value }), findConfigSetting(key)!.setting, value)
    }),
    { numRuns: 1000 },
  )
})
