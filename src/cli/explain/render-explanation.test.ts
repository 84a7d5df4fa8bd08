import { expect, test } from 'vitest'
import type { Explanation } from '../../explain/explanation.ts'
import { renderExplanation } from './render-explanation.ts'

const at = 'shop.yaml:3:5'
const explanation: Explanation = {
  request: {
    method: 'GET',
    scheme: 'http',
    authority: 'a.test',
    target: '/x',
    path: '/x',
    clientAddress: '::1',
  },
  hosts: [{ host: 'a.test', kind: 'exact', taken: true, reason: 'is the host of the request', at }],
  paths: [
    { path: '/', type: 'Prefix', ingress: 'b\u001b[2J/c', taken: true, fits: true, reason: 'takes it', at },
    ...Array.from({ length: 20 }, (_, i) => {
      const path = `/${i}`
      return { path, type: 'Exact', ingress: 'd/e', taken: false, fits: false, reason: 'no', at } as const
    }),
  ],
  outcome: { kind: 'answered', status: 404, cause: 'no-route' },
  verdict: 'Portico answers 404',
}

test('shows who was taken first, shortens what lost, and obeys no control character', () => {
  const lines = renderExplanation(explanation, (_, text) => text)
  expect(lines[0]).toBe('Request      GET http://a.test/x')
  expect(lines.find(line => line.startsWith('Path'))).toMatch(/^Path {9}✓ Prefix \/ .* shop\.yaml:3:5$/)
  expect(lines).toContain('             … and 9 more rules (-o json has them all)')
  expect(lines.join('')).not.toContain('\u001b')
  expect(lines.at(-1)).toBe('Outcome      Portico answers 404')
})

test('paints what was taken, what lost and what went wrong apart', () => {
  const painted = renderExplanation(explanation, (style, text) => `<${style}>${text}`)
  expect(painted.filter(line => line.includes('<green>'))).toHaveLength(2)
  expect(painted.at(-1)).toContain('<red>Portico answers 404')
})
