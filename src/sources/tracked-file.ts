// One file over time: reads it when it changed, waits while it is being written, and keeps its last good version when
// it breaks. Decides nothing about other files.
import { hash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ReadDocument } from '../resources/read-document.ts'
import { fileDiagnostic } from './file-diagnostic.ts'
import { codeOf, type FileStats, isSameFile } from './list-files.ts'
import { isText, type PlacedDocument, placeDocuments, readVersion } from './read-version.ts'
import type { KeptFile } from './source.ts'
import { syntaxErrors } from './syntax-errors.ts'

/** Larger files are refused: reading one would block everything else for seconds. */
const maxBytes = 64 * 1024 * 1024
/** A file modified this short a time ago may still be in the middle of a write. */
const quietMs = 20
/** Clocks of file systems tick this coarsely: a younger file may change again without a visible sign. */
const clockTickMs = 50

/** How soon a file is looked at again that came out broken. */
const doubtMs = 50
/**
 * How long a doubtful file is given to become whole before it is taken as it is. What a program writes to a file piece by
 * piece may parse before all of it is there, and a shell empties the file before the program has even begun.
 */
const patienceMs = { writing: 1000, broken: 100, shrunk: 1500, empty: 3000 }
/** However often a file changes, the doubts about it end after this. */
const maxPatienceMs = 10_000

/** What a look at a file found. `waiting`: look again in so many milliseconds. */
export type FileLook = 'same' | 'changed' | { readonly waitingMs: number }

/** How a look treats a file. `force` reads it although it seems unchanged; `patient` waits while it is in doubt. */
export interface LookMode {
  readonly force: boolean
  readonly patient: boolean
}

/** Why a file may be in the middle of a write. */
interface Doubt {
  readonly reason: keyof typeof patienceMs
  /** The content in doubt, as far as it was read. */
  readonly contentHash: string
  readonly since: number
  /** When the first of the doubts arose that followed each other without a break. */
  readonly firstAt: number
}

/** What reading gave: bytes, none because the file is gone, or a problem. */
type Content =
  | { readonly problem: string }
  | { readonly problem?: undefined; readonly bytes: Buffer | undefined; readonly statsAfter: FileStats }

/** A file and its last good version. */
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
  /** Why the present content is not, or not all, in use; `undefined` when it is. */
  #problems: readonly Diagnostic[] | undefined
  /** Since when a last good version has been serving in place of the present one. */
  #brokenSince: Date | undefined
  #doubt: Doubt | undefined

  constructor(name: string, path: string) {
    this.name = name
    this.#path = path
  }

  /** What serves: the present version, or the last good one. */
  get documents(): readonly ReadDocument[] {
    return this.#documents
  }

  /** Findings of reading what serves, after what keeps the present content from serving. */
  get diagnostics(): readonly Diagnostic[] {
    return [...(this.#problems ?? []), ...this.#documents.flatMap(({ diagnostics }) => diagnostics)]
  }

  /** Set while the last good version serves in place of the present one. */
  get kept(): KeptFile | undefined {
    if (this.#problems === undefined || !this.#isGood) return undefined
    const errorCount = this.#problems.length
    return { file: this.name, since: this.#since!, brokenSince: this.#brokenSince!, errorCount }
  }

  /** Reads the file if it may have changed. */
  async look(stats: FileStats, { force, patient }: LookMode): Promise<FileLook> {
    if (!force && this.#isSettled && isSameFile(stats, this.#stats!)) return 'same'
    if (patient && isYoung(stats, quietMs) && this.#mayWait('writing')) return { waitingMs: quietMs }
    const content = await this.#read(stats, patient)
    if (content.problem !== undefined) {
      this.#saw(stats)
      return this.#refuse('file-unreadable', content.problem, content.problem)
    }
    const { bytes, statsAfter } = content
    const isMoving = bytes === undefined || !isSameFile(stats, statsAfter)
    if (bytes === undefined || (patient && isMoving && this.#mayWait('writing')))
      return { waitingMs: quietMs }
    const result = await this.take(bytes, patient)
    if (typeof result === 'string') this.#saw(statsAfter)
    return result
  }

  /** Takes content as the file's new version, or waits, or keeps the last good one. */
  async take(bytes: Buffer, patient: boolean): Promise<FileLook> {
    const contentHash = hash('sha1', bytes)
    if (contentHash === this.#contentHash) return this.#settle('same')
    const documents = isText(bytes) ? await readVersion(this.name, bytes, this.#documents) : undefined
    const isGood = documents?.every(({ read }) => read.syntaxError === undefined) ?? false
    if (patient && !isGood && this.#mayWait('broken')) return { waitingMs: doubtMs }
    if (patient && isGood && hasShrunk(this.#documents, documents!)) {
      const reason = bytes.length === 0 ? 'empty' : 'shrunk'
      if (this.#mayWait(reason, contentHash)) return { waitingMs: this.#patienceLeftMs() }
    }
    if (documents === undefined) return this.#refuse('file-unreadable', 'is no UTF-8 text', contentHash)
    this.#contentHash = contentHash
    if (isGood || !this.#isGood) this.#accept(documents, isGood)
    else this.#problems = syntaxErrors(documents, this.#keepServing(), true)
    return this.#settle('changed')
  }

  /**
   * Who waits for writers to end has to know whether the file moved meanwhile. To others the look before is enough: if the file
   * changed since, the next look sees other stats and reads it again. With 10,000 files that saves a tenth of the time.
   */
  async #read(stats: FileStats, watchesForMoves: boolean): Promise<Content> {
    if (stats.size > maxBytes) return { problem: `is larger than ${maxBytes / 1024 / 1024} MB` }
    try {
      const bytes = await readFile(this.#path)
      return { bytes, statsAfter: watchesForMoves ? await stat(this.#path) : stats }
    } catch (error) {
      // Gone since it was listed: the next look will not list it.
      if (codeOf(error) === 'ENOENT') return { bytes: undefined, statsAfter: stats }
      return { problem: `can not be read (${codeOf(error)})` }
    }
  }

  #accept(documents: readonly PlacedDocument[], isGood: boolean): void {
    this.#documents = placeDocuments(documents)
    this.#since = new Date()
    this.#isGood = isGood
    this.#brokenSince = undefined
    this.#problems = isGood ? undefined : syntaxErrors(documents, 'nothing in this document is read', false)
  }

  /** Nothing of the content can be used: what was there before keeps serving. */
  #refuse(code: DiagnosticCode, problem: string, contentHash: string): FileLook {
    if (this.#contentHash === contentHash) return this.#settle('same')
    this.#contentHash = contentHash
    const message = `${problem}; ${this.#since === undefined ? 'nothing in it is read' : this.#keepServing()}`
    this.#problems = [fileDiagnostic(this.name, 'error', code, message)]
    return this.#settle('changed')
  }

  /** The last good version serves on; says so, and since when. */
  #keepServing(): string {
    this.#brokenSince ??= new Date()
    return `the version of ${timeOf(this.#since!)} keeps serving, this one has been broken since ${timeOf(this.#brokenSince)}`
  }

  #settle<T>(result: T): T {
    this.#doubt = undefined
    return result
  }

  #saw(stats: FileStats): void {
    this.#stats = stats
    this.#isSettled = !isYoung(stats, clockTickMs)
  }

  /** Whether there is patience left for a file in doubt. Another doubt, or other content, is given its own time. */
  #mayWait(reason: Doubt['reason'], contentHash = ''): boolean {
    const now = performance.now()
    const before = this.#doubt
    const isSame = before?.reason === reason && before.contentHash === contentHash
    this.#doubt = {
      reason,
      contentHash,
      since: isSame ? before.since : now,
      firstAt: before?.firstAt ?? now,
    }
    return this.#patienceLeftMs() > 0
  }

  #patienceLeftMs(): number {
    const { reason, since, firstAt } = this.#doubt!
    return Math.min(since + patienceMs[reason], firstAt + maxPatienceMs) - performance.now()
  }
}

/**
 * Whether a version may be the beginning of one that is still being written: it has fewer objects, or its text is what the
 * text before began with.
 */
function hasShrunk(before: readonly ReadDocument[], after: readonly PlacedDocument[]): boolean {
  const reads = after.map(({ read }) => read)
  if (countObjects(reads) < countObjects(before)) return true
  const last = reads.at(-1)
  return (
    last !== undefined &&
    last !== before[reads.length - 1] &&
    before[reads.length - 1]?.document.text.startsWith(last.document.text) === true &&
    reads.slice(0, -1).every((read, index) => read === before[index])
  )
}

function countObjects(documents: readonly ReadDocument[]): number {
  return documents.reduce((count, { resources }) => count + resources.length, 0)
}

function timeOf(date: Date): string {
  return date.toTimeString().slice(0, 8)
}

/** A time of modification in the future (a skewed clock of a file server) says nothing and counts as old. */
function isYoung({ mtimeMs }: FileStats, ms: number): boolean {
  const age = Date.now() - mtimeMs
  return age >= 0 && age < ms
}
