import { expect, it } from 'vitest'
import { renderColumns } from './columns.ts'

it('pads as kubectl does: three blanks, six places at least, none after the last cell', () => {
  expect(renderColumns(['NAME', 'X', 'AGE'], [['web', 'y', '']])).toEqual(['NAME   X     AGE', 'web    y'])
  expect(renderColumns(undefined, [['a', 'b', 'c']])).toEqual(['a     b     c'])
})

it('keeps columns straight below wide and combining characters', () => {
  const lines = renderColumns(
    ['NAME', 'AGE'],
    [
      ['シ', '1d'],
      ['e\u0301', '2d'],
      ['web', '3d'],
    ],
  )
  expect(lines).toEqual(['NAME   AGE', 'シ     1d', 'e\u0301      2d', 'web    3d'])
})

it('shows control characters instead of sending them to a terminal', () => {
  expect(renderColumns(['NAME'], [['a\u001b[2J\nb\u009b']])).toEqual(['NAME', 'a\\x1b[2J\\x0ab\\x9b'])
})
