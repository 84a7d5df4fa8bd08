// One file over time: reads it when it changed, waits while it is being written, and keeps its last good version when
// it breaks. Decides nothing about other files.
import { hash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { SourceDocument } from '../diagnostics/place.ts'
import type { ReadDocument } from '../resources/read-document.ts'
import { codeOf, type FileStats, isSameFile } from './list-files.ts'
import { isText, type PlacedDocument, placeDocuments, readVersion } from './read-version.ts'
import type { KeptFile } from './source.ts'

/** Larger files are refused: reading one would block everything else for seconds. */
const maxBytes = 64 * 1024 * 1024
/** A file modified this short a time ago may still be in the middle of a write. */
const quietMs = 20
/** Clocks of file systems tick this coarsely: a younger file may change again without a visible sign. */
const clockTickMs = 50

/** How long a doubtful file is given to become whole before it is taken as it is. */
const patienceMs = { writing: 1000, empty: 200, broken: 100 }

/** What a look at a file found. `waiting`: look again in so many milliseconds. */
export type FileLook = 'same' | 'changed' | { readonly waitingMs: number }

/** Content that can not be used, and why. */
interface Broken {
  readonly diagnostics: readonly Diagnostic[]
}

export class TrackedFile {
  readonly name: string
  readonly #path: string
  #stats: FileStats | undefined
  /** Whether equal stats mean equal content. */
  #isSettled = false
  #contentHash = ''
  #documents: readonly ReadDocument[] = []
  /** When the documents in use were read; `undefined` before there were any. */
  #since: Date | undefined
  #isGood = false
  #broken: Broken | undefined
  #doubtfulSince: number | undefined

  constructor(name: string, path: string) {
    this.name = name
    this.#path = path
  }

  /** What serves: the present version, or the last good one. */
  get documents(): readonly ReadDocument[] {
    return this.#documents
  }

  get diagnostics(): readonly Diagnostic[] {
    const read = this.#documents.flatMap(({ diagnostics }) => diagnostics)
    return this.#broken === undefined ? read : [...this.#broken.diagnostics, ...read]
  }

  /** Set while the file's present content is not what serves. */
  get kept(): KeptFile | undefined {
    if (this.#broken === undefined || !this.#isGood) return undefined
    return { file: this.name, since: this.#since!, errorCount: this.#broken.diagnostics.length }
  }

  /**
   * Reads the file if it may have changed. `force` reads it anyway; a `patient` look waits for files that are being
   * written or came out empty or broken just now.
   */
  async look(stats: FileStats, { force, patient }: { force: boolean; patient: boolean }): Promise<FileLook> {
    if (!force && this.#isSettled && this.#stats !== undefined && isSameFile(stats, this.#stats))
      return 'same'
    if (patient && isYoung(stats, quietMs) && this.#mayWait('writing')) return { waitingMs: quietMs }
    if (stats.size > maxBytes) {
      this.#saw(stats)
      return this.#break('file-unreadable', `is larger than ${maxBytes / 1024 / 1024} MB`)
    }
    try {
      const bytes = await readFile(this.#path)
      const after = await stat(this.#path)
      if (patient && !isSameFile(stats, after) && this.#mayWait('writing')) return { waitingMs: quietMs }
      const result = await this.take(bytes, patient)
      if (typeof result === 'string') this.#saw(after)
      return result
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return { waitingMs: quietMs }
      this.#saw(stats)
      return this.#break('file-unreadable', `can not be read (${codeOf(error)})`)
    }
  }

  /** Takes content as the file's new version, or waits, or keeps the last good one. */
  async take(bytes: Buffer, patient: boolean): Promise<FileLook> {
    const contentHash = hash('sha1', bytes)
    if (contentHash === this.#contentHash) {
      this.#doubtfulSince = undefined
      return 'same'
    }
    if (patient && bytes.length === 0 && this.#documents.length > 0 && this.#mayWait('empty'))
      return { waitingMs: 50 }
    if (!isText(bytes)) return this.#break('file-unreadable', 'is no UTF-8 text', contentHash)
    const documents = await readVersion(this.name, bytes, this.#documents)
    const isGood = documents.every(({ read }) => read.syntaxError === undefined)
    if (!isGood && patient && this.#mayWait('broken')) return { waitingMs: 50 }
    this.#doubtfulSince = undefined
    this.#contentHash = contentHash
    if (isGood || !this.#isGood) this.#accept(documents, isGood)
    else
      this.#broken = {
        diagnostics: syntaxErrors(documents, `the version of ${timeOf(this.#since!)} keeps serving`),
      }
    return 'changed'
  }

  #accept(documents: readonly PlacedDocument[], isGood: boolean): void {
    this.#documents = placeDocuments(documents)
    this.#since = new Date()
    this.#isGood = isGood
    this.#broken = isGood
      ? undefined
      : { diagnostics: syntaxErrors(documents, 'nothing in this document is read') }
  }

  /** The whole content is unusable: what was there before keeps serving. */
  #break(code: DiagnosticCode, problem: string, contentHash = problem): FileLook {
    this.#doubtfulSince = undefined
    if (this.#broken !== undefined && this.#contentHash === contentHash) return 'same'
    this.#contentHash = contentHash
    const consequence =
      this.#since === undefined
        ? 'nothing in it is read'
        : `the version of ${timeOf(this.#since)} keeps serving`
    const place = { document: { file: this.name, text: '', startLine: 1 }, offset: 0 }
    this.#broken = {
      diagnostics: [{ severity: 'error', code, place, object: '', message: `${problem}; ${consequence}` }],
    }
    return 'changed'
  }

  #saw(stats: FileStats): void {
    this.#stats = stats
    this.#isSettled = !isYoung(stats, clockTickMs)
  }

  /** Whether there is patience left for a file in doubt; it is counted from the first doubt. */
  #mayWait(doubt: keyof typeof patienceMs): boolean {
    const now = performance.now()
    this.#doubtfulSince ??= now
    return now - this.#doubtfulSince < patienceMs[doubt]
  }
}

/** A time of modification in the future (a skewed clock of a file server) says nothing and counts as old. */
function isYoung({ mtimeMs }: FileStats, ms: number): boolean {
  const age = Date.now() - mtimeMs
  return age >= 0 && age < ms
}

function syntaxErrors(documents: readonly PlacedDocument[], consequence: string): Diagnostic[] {
  return documents.flatMap(({ read: { document, syntaxError } }) => {
    if (syntaxError === undefined) return []
    const place = { document: document satisfies SourceDocument, offset: syntaxError.offset }
    const message = `${syntaxError.reason}; ${consequence}`
    return { severity: 'error', code: 'yaml-syntax', place, object: '', message }
  })
}

/** `HH:MM:SS`, local time. */
function timeOf(date: Date): string {
  return date.toTimeString().slice(0, 8)
}
