import { WriteStream } from 'node:tty'
import { afterEach, expect, test, vi } from 'vitest'
import { createPaint } from './paint.ts'

afterEach(() => vi.unstubAllEnvs())

/** A stream as far as colours are concerned. */
function stream(isTTY: boolean): NodeJS.WriteStream {
  const { getColorDepth, hasColors } = WriteStream.prototype
  return Object.assign(Object.create(process.stdout), { isTTY, getColorDepth, hasColors })
}

test.each([
  ['are shown on a terminal', true, {}, true],
  ['are not shown elsewhere', false, {}, false],
  ['are not shown with NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['are not shown on a terminal that knows none', true, { TERM: 'dumb' }, false],
  ['are shown anywhere with FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
])('colours %s', (_, isTerminal, variables, expected) => {
  const unset = { NO_COLOR: undefined, FORCE_COLOR: undefined, NODE_DISABLE_COLORS: undefined }
  const all = { ...unset, TERM: 'xterm-256color', CI: undefined, ...variables }
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value)
  expect(createPaint(stream(isTerminal))('red', 'x')).toBe(expected ? '\u001b[31mx\u001b[39m' : 'x')
})
