import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createProgressLine } from './progress-line.ts'
import { progressText } from './progress-text.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function lineOn(isTTY: boolean, columns = 80) {
  const written: string[] = []
  const line = createProgressLine({ isTTY, columns, write: text => written.push(text) })
  const begunAt = performance.now()
  return {
    written,
    line,
    /** Milliseconds from the beginning. */
    at(ms: number, text?: string) {
      vi.advanceTimersByTime(begunAt + ms - performance.now())
      if (text !== undefined) line.show(text)
    },
  }
}

it('says nothing of what takes less than a second', () => {
  for (const isTTY of [true, false]) {
    const { written, line, at } = lineOn(isTTY)
    at(0, 'a')
    at(990, 'b')
    line.end()
    at(5_000)
    expect(written).toEqual([])
  }
})

it('says after a second what has nothing new to tell', () => {
  const { written, at } = lineOn(false)
  at(0, 'waiting')
  at(1_000)
  expect(written).toEqual(['waiting\n'])
})

it('writes over its line on a terminal, ten times a second at most, and takes it away', () => {
  const { written, line, at } = lineOn(true)
  at(0, '0 of 9')
  at(500, '1 of 9')
  at(1_050, '2 of 9')
  at(1_060, '3 of 9')
  at(1_300)
  line.end()
  line.end()
  expect(written).toEqual(['\r1 of 9\x1b[K', '\r3 of 9\x1b[K', '\r\x1b[K'])
})

it('cuts what would wrap', () => {
  const { written, at } = lineOn(true, 10)
  at(0, '0123456789')
  at(1_000)
  expect(written).toEqual(['\r01234567…\x1b[K'])
})

it('writes a line now and then where there is no terminal', () => {
  const { written, line, at } = lineOn(false)
  for (let ms = 0; ms <= 12_000; ms += 400) at(ms, `at ${ms}`)
  line.end()
  expect(written).toEqual(['at 800\n', 'at 10800\n'])
})

it('measures each task by itself', () => {
  const { written, line, at } = lineOn(true)
  at(0, 'first')
  line.end()
  at(1_500, 'second begins')
  at(2_400, 'second')
  expect(written).toEqual([])
})

it('names what is waited for', () => {
  expect(progressText({ kind: 'reading', read: 1_200, total: 10_000 })).toBe(
    'reading manifests: 1,200 of 10,000 files',
  )
  expect(progressText({ kind: 'draining', connections: 1, leftMs: 6_400 })).toContain('1 connection with')
  expect(progressText({ kind: 'awaiting-input' })).toContain('standard input')
})
