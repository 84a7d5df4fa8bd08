import { expect, test } from 'vitest'
import { shortenPath, wrapText } from './wrap-text.ts'

test('breaks names after their separators', () => {
  expect(wrapText('default/canary-hello-service:80', 18, 3)).toEqual(['default/canary-', 'hello-service:80'])
})

test('breaks words that are too long for a line, and cuts what needs too many lines', () => {
  expect(wrapText('a'.repeat(25), 10, 2)).toEqual(['a'.repeat(10), `${'a'.repeat(9)}…`])
})

test('shortens places from the left', () => {
  expect(shortenPath('manifests/shop/web.yaml:4:5', 12)).toBe('…eb.yaml:4:5')
  expect(shortenPath('web.yaml:4:5', 12)).toBe('web.yaml:4:5')
})
