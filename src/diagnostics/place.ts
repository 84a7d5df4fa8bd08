// Where something was written. A place is an offset into a document; line and column are worked out only
// when somebody asks, because most values are never complained about.

/** One YAML document of a file. `startLine` moves when text is added above an unchanged document. */
export interface SourceDocument {
  /** Path as the user named it, relative to the working directory when it lies below it; `<stdin>` for `-`. */
  readonly file: string
  readonly text: string
  /** 1-based line of the file on which `text` begins. */
  startLine: number
}

/** The spot in a document at which a value begins. */
export interface Place {
  readonly document: SourceDocument
  /** Index into `document.text`, UTF-16 units. */
  readonly offset: number
}

/** A value together with where it was written. */
export interface Located<T> {
  readonly value: T
  readonly place: Place
}

/** A place in an editor's terms: line and column count from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/**
 * Where the lines of long documents begin, once somebody has asked: each of ten thousand findings in one long list would
 * otherwise count its lines anew. Never wrong, because a document's text does not change; gone with the document.
 */
const lineStarts = new WeakMap<SourceDocument, Uint32Array>()
/** Counting through less than this takes about a microsecond. UTF-16 units. */
const longText = 16_384

/** Line and column of a place, counted in the document's text as it stands in its file now. */
export function positionOf({ document, offset }: Place): Position {
  const { file, text, startLine } = document
  if (text.length >= longText) {
    const starts = lineStartsOf(document)
    const line = lineAt(starts, offset)
    return { file, line: startLine + line, column: offset - starts[line]! + 1 }
  }
  let line = startLine
  let lineStart = 0
  for (;;) {
    const newline = text.indexOf('\n', lineStart)
    if (newline === -1 || newline >= offset) break
    line++
    lineStart = newline + 1
  }
  return { file, line, column: offset - lineStart + 1 }
}

function lineStartsOf(document: SourceDocument): Uint32Array {
  const known = lineStarts.get(document)
  if (known !== undefined) return known
  const starts = [0]
  const { text } = document
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const found = Uint32Array.from(starts)
  lineStarts.set(document, found)
  return found
}

/** The last line that begins at or before `offset`, counted from 0. */
function lineAt(starts: Uint32Array, offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return low
}
