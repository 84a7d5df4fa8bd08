import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layOut } from './layout.ts'
import type { Arrow, Drawing, Picture, PictureBranch, PlacedNode } from './picture.ts'

const arrow: Arrow = { rate: 1, tone: 'plain' }

let count = 0
function node(title: string) {
  return {
    id: String(count++),
    title,
    lines: ['a line that is rather long for a box'],
    tone: 'plain',
  } as const
}

function branch(title: string, next: readonly PictureBranch[] = []): PictureBranch {
  return { node: node(title), arrow, next }
}

const picture: Picture = {
  sources: ['HTTP', 'HTTPS'].map(title => ({ node: node(title), arrow })),
  root: node('shop.test'),
  next: [
    branch('/cart', [
      branch('default/cart:80', [branch('127.0.0.1:3000'), branch('127.0.0.1:3001')]),
      branch('default/canary-cart:80', [branch('127.0.0.1:3002')]),
    ]),
  ],
}

function find(drawing: Drawing, title: string): PlacedNode {
  return drawing.nodes.find(placed => placed.node.title === title)!
}

test('goes from left to right where there is room, and from top to bottom where there is not', () => {
  const titles = ['HTTP', 'shop.test', '/cart', 'default/cart:80', '127.0.0.1:3000']
  const wide = titles.map(title => find(layOut(picture, 1200), title).x)
  const narrow = titles.map(title => find(layOut(picture, 360), title).y)
  expect(wide).toEqual(wide.toSorted((a, b) => a - b))
  expect(narrow).toEqual(narrow.toSorted((a, b) => a - b))
})

test('draws each arrow there is, however little room there is', () => {
  for (const width of [1200, 360]) expect(layOut(picture, width).arrows).toHaveLength(8)
})

const branches: fc.Arbitrary<PictureBranch[]> = fc.letrec<{ branches: PictureBranch[] }>(tie => ({
  branches: fc.array(
    fc
      .record({ title: fc.string({ maxLength: 60 }), next: fc.oneof(fc.constant([]), tie('branches')) })
      .map(({ title, next }) => branch(title, next as PictureBranch[])),
    { maxLength: 4 },
  ),
})).branches

test('lets no boxes overlap or leave the drawing', () => {
  fc.assert(
    fc.property(branches, fc.constantFrom(340, 700, 1000, 1400), (next, width) => {
      const { nodes, height, width: drawn } = layOut({ ...picture, next }, width)
      expect(drawn).toBeLessThanOrEqual(width)
      for (const [index, a] of nodes.entries()) {
        expect(a.y).toBeGreaterThanOrEqual(-0.01)
        expect(a.y + a.height).toBeLessThanOrEqual(height + 0.01)
        for (const b of nodes.slice(index + 1)) expect(isApart(a, b)).toBe(true)
      }
    }),
    { numRuns: 60 },
  )
})

function isApart(a: PlacedNode, b: PlacedNode): boolean {
  return a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
}
