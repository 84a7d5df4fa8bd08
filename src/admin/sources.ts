// What the admin API looks at. `app/` fills it; nothing here is a copy, so every answer is of the moment it is given.
import type { CompiledFrom } from '../compile/compilation.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ProxyContext } from '../proxy/proxy-context.ts'
import type { ListenerView } from './api/types.ts'
import type { FiguresHistory } from './live/figures-history.ts'
import type { RequestTail } from './live/request-tail.ts'
import type { RouteFiguresWindow } from './live/route-figures-window.ts'

/** A table that became live, and what was said about it. */
export interface ServedChange {
  /** Counts up from 1 with each table. */
  readonly generation: number
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly durationMs: number
  readonly changedFiles: readonly string[]
  readonly routes: { readonly added: number; readonly changed: number; readonly removed: number }
  readonly ingressCount: number
  readonly diagnostics: readonly Diagnostic[]
}

/** A running Portico, as the API sees it. */
export interface AdminSources {
  readonly version: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** As the user named them. */
  readonly paths: readonly string[]
  /** Flags in force, by name without dashes, values in words; nothing secret among them. */
  readonly flags: Readonly<Record<string, string>>
  readonly proxy: ProxyContext
  /** The table that serves: there is one before anybody can ask. */
  readonly served: () => ServedChange
  readonly from: () => CompiledFrom
  /** Those that are bound. */
  readonly listeners: () => readonly ListenerView[]
  readonly isReady: () => boolean
  readonly clientConnections: () => number
  /** Certificate of the local authority, if it was made already. */
  readonly authorityPem: () => string | undefined
  /** `--default-ssl-certificate`, as `namespace/name`. */
  readonly defaultSecret: string | undefined
  /** Why requests can not be sent to our own listener; `undefined`: they can. */
  readonly replayProblem: () => string | undefined
  /** A URL or path and query without what looks like credentials. */
  readonly redact: (url: string) => string
  readonly history: FiguresHistory
  readonly routeFigures: RouteFiguresWindow
  readonly tail: RequestTail
}
