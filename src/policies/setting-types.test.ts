import { describe, expect, it } from 'vitest'
import type { AnySetting } from './define-policy.ts'
import {
  booleanSetting,
  headerNameSetting,
  integerSetting,
  secondsSetting,
  sizeSetting,
  textSetting,
} from './setting-types.ts'

const doc = 'A setting.'

function read(setting: AnySetting, text: string): unknown {
  const parsed = setting.parse(text)
  return 'problem' in parsed ? 'problem' : parsed.value
}

describe('a setting reads', () => {
  const boolean = booleanSetting('x', { default: false, doc })
  const seconds = secondsSetting('x', { default: 1000, doc })
  const size = sizeSetting('x', { default: 1, doc })
  const integer = integerSetting('x', { default: 0, doc, min: 0, max: 10 })
  const header = headerNameSetting('x', { default: undefined, doc })
  const text = textSetting('x', { default: undefined, doc, allowed: /^[a-z]+$/, characters: 'letters' })

  it.each<[string, AnySetting, string, unknown]>([
    ['boolean', boolean, 'T', true],
    ['boolean', boolean, 'False', false],
    ['boolean', boolean, 'yes', 'problem'],
    ['boolean', boolean, 'tRUE', 'problem'],
    ['seconds', seconds, '600', 600_000],
    ['seconds', seconds, '+5', 5_000],
    ['seconds', seconds, '60s', 'problem'],
    ['seconds', seconds, '0', 'problem'],
    ['seconds', seconds, '-1', 'problem'],
    ['seconds', seconds, '9999999999', 'problem'],
    ['size', size, '10m', 10 * 1024 ** 2],
    ['size', size, '1K', 1024],
    ['size', size, '512', 512],
    ['size', size, '0', Number.POSITIVE_INFINITY],
    ['size', size, '10mb', 'problem'],
    ['size', size, '1.5m', 'problem'],
    ['integer', integer, '10', 10],
    ['integer', integer, '11', 'problem'],
    ['integer', integer, '1e1', 'problem'],
    ['header name', header, 'X_Canary', 'x-canary'],
    ['header name', header, 'x canary', 'problem'],
    ['text', text, 'abc', 'abc'],
    ['text', text, 'abc1', 'problem'],
  ])('%s (case %#)', (_, setting, written, value) => {
    expect(read(setting, written)).toBe(value)
  })
})
