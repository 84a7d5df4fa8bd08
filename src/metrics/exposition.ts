// All metrics as text, for whoever asks at `/metrics`. Asked a few times a minute; reads what was counted and counts nothing.
import { setImmediate } from 'node:timers/promises'
import type { Family } from './family.ts'
import { formatFor } from './text-format.ts'

/** Text leaves in pieces of this length or a little more. */
const pieceLength = 64 * 1024
/** How long requests wait at most until the text goes on; a piece takes less than one. */
const sliceMs = 5

/** Renders metrics. */
export interface Exposition {
  /** `accept`: the field of that name. The pieces take turns with requests: of 10,000 routes with traffic they are 250 MB. */
  render(accept: string | undefined): {
    readonly contentType: string
    readonly pieces: AsyncIterable<string>
  }
}

/** Creates the exposition of a process. */
export function createExposition(families: readonly Family[]): Exposition {
  const names = new Set(families.map(({ name }) => name))
  return {
    render(accept) {
      const format = formatFor(accept)
      return { contentType: format.contentType, pieces: takingTurns(linesOf(families, names, format)) }
    },
  }
}

function* linesOf(
  families: readonly Family[],
  names: ReadonlySet<string>,
  format: ReturnType<typeof formatFor>,
): IterableIterator<string> {
  for (const family of families) {
    yield format.head(family, names)
    for (const sample of family.samples()) yield format.line(family, sample)
  }
  yield format.end
}

/** Joins lines to pieces and lets others run in between. */
async function* takingTurns(lines: Iterable<string>): AsyncGenerator<string> {
  let text = ''
  let until = performance.now() + sliceMs
  let count = 0
  for (const line of lines) {
    text += line
    if (text.length >= pieceLength) {
      yield text
      text = ''
    }
    // Looking at the clock costs as much as half a line.
    if (++count % 64 === 0 && performance.now() >= until) {
      await setImmediate()
      until = performance.now() + sliceMs
    }
  }
  yield text
}
