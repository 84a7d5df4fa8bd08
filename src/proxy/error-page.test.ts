import { expect, test } from 'vitest'
import { renderErrorPage } from './error-page.ts'

const details = { status: 502, reason: 'The endpoint refused the connection', requestId: 'r-1' }

test.each([
  [undefined, 'text/plain'],
  ['*/*', 'text/plain'],
  ['image/png', 'text/plain'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html'],
  ['application/json', 'application/json'],
  ['application/problem+json', 'application/json'],
  ['APPLICATION/JSON', 'application/json'],
])('to Accept: %s it speaks %s', (accept, contentType) => {
  expect(renderErrorPage(details, accept).contentType.split(';')[0]).toBe(contentType)
})

test('shows a request id in HTML as text, whatever a client put into it', () => {
  const { body } = renderErrorPage({ ...details, requestId: '<script>"&\'' }, 'text/html')
  expect(body).not.toContain('<script>')
  expect(body).toContain('&#60;script&#62;&#34;&#38;&#39;')
})

test('is valid JSON, whatever a client put into it', () => {
  const { body } = renderErrorPage({ ...details, requestId: '"\\\u00e9' }, 'application/json')
  expect(JSON.parse(body)).toMatchObject({ status: 502, requestId: '"\\\u00e9' })
})

test('begins with the words of the stock default backend for 404', () => {
  expect(renderErrorPage({ ...details, status: 404 }, undefined).body).toMatch(/^default backend - 404\n/)
})
