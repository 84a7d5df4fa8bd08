import { expect, test } from 'vitest'
import { Deadlines } from '../sockets/deadlines.ts'
import { Pace } from './pace.ts'
import { PacedBody } from './pace-body.ts'

/** A body at 1000 bytes a second on a clock of the test's own. */
function pacedBody() {
  const deadlines = new Deadlines()
  deadlines.close()
  deadlines.now = 0
  const log: string[] = []
  let takes = true
  const ends = {
    sendBody: (chunk: Buffer) => {
      log.push(chunk.toString())
      return takes
    },
    flush: () => {},
    endBody: () => log.push('end'),
    onBodyDrain: () => log.push('more'),
    onBodyFailure: () => {},
  }
  const body = new PacedBody(ends, ends, deadlines, new Pace(10, 0, 0), 10)
  const at = (now: number) => {
    deadlines.now = now
    if (body.deadline <= now) body.onDeadline()
  }
  return { body, log, at, take: (value: boolean) => (takes = value) }
}

test('passes on what the rate allows, and holds the source until the rest is out', () => {
  const { body, log, at } = pacedBody()
  expect(body.sendBody(Buffer.from('0123456789abcdef'))).toBe(false)
  expect(log).toEqual(['0123456789'])
  at(90)
  at(300)
  expect(log).toEqual(['0123456789', 'abc'])
  at(700)
  expect(log).toEqual(['0123456789', 'abc', 'def', 'more'])
  expect(body.sendBody(Buffer.from('g'))).toBe(true)
  body.endBody('')
  expect(log.slice(4)).toEqual(['g', 'end'])
})

test('waits for a client that takes nothing, whatever the rate', () => {
  const { body, log, at, take } = pacedBody()
  take(false)
  expect(body.sendBody(Buffer.from('01'))).toBe(false)
  at(5_000)
  expect(log).toEqual(['01'])
  take(true)
  body.onSinkDrain()
  expect(log).toEqual(['01', 'more'])
})

test('ends behind the last piece, though the source has said the end before that was out', () => {
  const { body, log, at, take } = pacedBody()
  expect(body.sendBody(Buffer.from('0123456789abc'))).toBe(false)
  body.endBody('')
  expect(log).toEqual(['0123456789'])
  take(false)
  at(200)
  expect(log).toEqual(['0123456789', 'ab'])
  at(1_000)
  expect(log).toEqual(['0123456789', 'ab'])
  body.onSinkDrain()
  expect(log).toEqual(['0123456789', 'ab', 'c', 'end'])
})
