import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventReader } from './event-reader.ts'

test('reads events with name, id and data of several lines, and no comments', () => {
  const text = ': hello\n\nevent: figures\nid: 7\ndata: {"a":\ndata: 1}\n\ndata:x\r\n\r\n'
  expect(new EventReader().feed(text)).toEqual([
    { name: 'figures', data: '{"a":\n1}', id: '7' },
    { name: 'message', data: 'x', id: '7' },
  ])
})

test('reads the same however the text is cut', () => {
  const text = 'event: a\ndata: 1\n\n: beat\n\nid: 2\ndata: two\ndata: lines\n\nevent: b\n\n'
  const whole = new EventReader().feed(text)
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), cuts => {
      const at = [0, ...cuts.sort((a, b) => a - b), text.length]
      const reader = new EventReader()
      expect(at.slice(1).flatMap((end, index) => reader.feed(text.slice(at[index], end)))).toEqual(whole)
    }),
  )
})

test('keeps what is not complete for later', () => {
  const reader = new EventReader()
  expect(reader.feed('data: ha')).toEqual([])
  expect(reader.feed('lf\n\n')).toEqual([{ name: 'message', data: 'half', id: '' }])
})
