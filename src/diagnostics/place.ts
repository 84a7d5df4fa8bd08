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

/** Line and column of a place, counted in the document's text as it stands in its file now. */
export function positionOf(place: Place): Position {
  const { text, file, startLine } = place.document
  let line = startLine
  let lineStart = 0
  for (;;) {
    const newline = text.indexOf('\n', lineStart)
    if (newline === -1 || newline >= place.offset) break
    line++
    lineStart = newline + 1
  }
  return { file, line, column: place.offset - lineStart + 1 }
}
