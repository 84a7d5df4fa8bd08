import { expect, test } from 'vitest'
import { visible } from './visible.ts'

test('shows characters that would turn text around or act on it', () => {
  expect(visible('a\u202eb\u0007\u2066')).toBe('a\\u202eb\\u0007\\u2066')
  expect(visible('plain, with\ttabs, äöü and 漢字\n')).toBe('plain, with\ttabs, äöü and 漢字\n')
})
