// What a running Portico tells whoever started it: the terminal and the JSON event stream are made of these.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { RoutingTable } from '../routing/table.ts'
import type { ReadProgress } from '../sources/file-set.ts'
import type { KeptFile } from '../sources/source.ts'

/** A new table is live. */
export interface AppliedChange {
  readonly table: RoutingTable
  /** Counts up from 1 with each table. */
  readonly generation: number
  readonly diagnostics: readonly Diagnostic[]
  readonly changedFiles: readonly string[]
  readonly keptFiles: readonly KeptFile[]
  readonly routes: { readonly added: number; readonly changed: number; readonly removed: number }
  /** From the first look at the files, reading included, until the table was live. */
  readonly durationMs: number
  readonly otherKinds: ReadonlyMap<string, number>
  readonly ingressCount: number
}

/** How far something is that may take its time. Told as often as it changes, also of what is over at once. */
export type Progress =
  /** The first look at all manifests. */
  | ReadProgress
  /** Requests under way are waited for; `leftMs` until they are cut. */
  | { readonly kind: 'draining'; readonly connections: number; readonly leftMs: number }

/** Whom a running Portico tells. Must not throw. */
export interface AppEvents {
  /** Called for the first table and after each change. */
  applied(change: AppliedChange): void
  /** An operational message that is about no manifest: a listener error, a certificate made. */
  notice(message: string): void
  /** Absent: nobody wants to know. */
  progress?(progress: Progress): void
}

/** A started Portico. Addresses are `host:port` with the ports really bound. */
export interface RunningApp {
  readonly http: string
  readonly https: string
  readonly admin: string | undefined
  /** PEM file of the local certificate authority, for `--cacert`. */
  readonly caCertificateFile: string
  /** Log files have been renamed: what follows goes into new ones of the old names. */
  reopenLogs(): void
  /** Looks at all files again. */
  rescan(): Promise<void>
  /** Stops accepting, lets requests in flight finish within the drain timeout, then closes everything. */
  close(): Promise<void>
}
