// A file's bytes → the texts of its YAML documents, each a string of its own. Looks at line beginnings only.

/** A piece of a file that can be parsed alone. */
export interface DocumentText {
  readonly text: string
  /** 1-based line of the file on which it begins. */
  readonly startLine: number
}

const newline = 0x0a
const percent = 0x25
const separator = Buffer.from('\n---')
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * Cuts a file before each `---` that begins a line; inside no YAML value may a line begin so (YAML 1.2.2, section
 * 9.1.2). Files with `%` directives stay whole, because a directive belongs to the document after it. Each text is
 * decoded from its own bytes: a slice of the whole file's text would keep all of it in memory.
 */
export function splitDocuments(bytes: Buffer): DocumentText[] {
  const content = bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes
  if (hasDirective(content)) return [{ text: content.toString('utf8'), startLine: 1 }]
  const documents: DocumentText[] = []
  let start = 0
  let startLine = 1
  while (start < content.length) {
    const end = nextSeparator(content, start)
    documents.push({ text: content.toString('utf8', start, end), startLine })
    startLine += countLines(content, start, end)
    start = end
  }
  return documents
}

/** Where the next document begins: after a newline, at `---` followed by blank space or the end. */
function nextSeparator(content: Buffer, from: number): number {
  for (let at = content.indexOf(separator, from); at !== -1; at = content.indexOf(separator, at + 1)) {
    const after = content[at + separator.length]
    if (after === undefined || after === newline || after === 0x0d || after === 0x20 || after === 0x09)
      return at + 1
  }
  return content.length
}

function hasDirective(content: Buffer): boolean {
  return content[0] === percent || content.includes('\n%')
}

function countLines(content: Buffer, start: number, end: number): number {
  let count = 0
  for (let at = start; at < end; at++) if (content[at] === newline) count++
  return count
}
