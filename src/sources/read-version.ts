// A file's bytes → its documents, taking over from its previous version every document whose text is the same.
import { isUtf8 } from 'node:buffer'
import { setImmediate } from 'node:timers/promises'
import { type ReadDocument, readDocument } from '../resources/read-document.ts'
import { type DocumentText, splitDocuments } from '../resources/split-documents.ts'

/** Requests are served by the same thread, so a large file is read in slices of this length. */
const sliceMs = 8

/** A document and the line it begins on in the version at hand. */
export interface PlacedDocument {
  readonly read: ReadDocument
  readonly startLine: number
}

/** Reads a version of a file. Documents of `previous` keep their identity, and their start line until {@link placeDocuments}. */
export async function readVersion(
  file: string,
  bytes: Buffer,
  previous: readonly ReadDocument[],
): Promise<PlacedDocument[]> {
  const reusable = byText(previous)
  const documents: PlacedDocument[] = []
  let sliceEnd = performance.now() + sliceMs
  for (const { text, startLine } of splitDocuments(bytes)) {
    const read = reusable.get(text)?.shift() ?? readDocument({ file, text, startLine })
    documents.push({ read, startLine })
    if (performance.now() < sliceEnd) continue
    await setImmediate()
    sliceEnd = performance.now() + sliceMs
  }
  return documents
}

/** Moves documents to where they stand in the version that is now in use. */
export function placeDocuments(documents: readonly PlacedDocument[]): ReadDocument[] {
  return documents.map(({ read, startLine }) => {
    read.document.startLine = startLine
    return read
  })
}

/** Whether bytes can be YAML at all: UTF-8 without the zero bytes that binary files and UTF-16 have. */
export function isText(bytes: Buffer): boolean {
  return !bytes.includes(0) && isUtf8(bytes)
}

/** A text may stand more than once in a file, and each needs an object of its own. */
function byText(documents: readonly ReadDocument[]): Map<DocumentText['text'], ReadDocument[]> {
  const map = new Map<string, ReadDocument[]>()
  for (const read of documents) {
    const same = map.get(read.document.text)
    if (same === undefined) map.set(read.document.text, [read])
    else same.push(read)
  }
  return map
}
