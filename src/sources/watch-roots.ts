// Tells when something happens below the roots, by the operating system's events. The only place that knows chokidar.

import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import { isPassedOver, type Root } from './list-files.ts'

/** One root's watcher, and which file or directory it sticks to. */
interface Watch {
  readonly watcher: FSWatcher
  readonly identity: string
  isReady: boolean
}

/** Watches roots for events. Must be closed. */
export class RootWatcher {
  readonly #roots: readonly Root[]
  readonly #onEvent: () => void
  readonly #onFailure: (error: unknown) => void
  readonly #watches = new Map<Root, Watch>()
  #hasFailed = false

  /**
   * `onEvent` is also called once watching has begun, because what happened before that went unseen; `onFailure` the first
   * time that the system refuses a watch.
   */
  constructor(roots: readonly Root[], onEvent: () => void, onFailure: (error: unknown) => void) {
    this.#roots = roots
    this.#onEvent = onEvent
    this.#onFailure = onFailure
  }

  /** Whether events can be relied on: not before every watch has begun, nor after the system refused one. */
  get isReliable(): boolean {
    return !this.#hasFailed && [...this.#watches.values()].every(({ isReady }) => isReady)
  }

  /** Watches roots that appeared or were replaced, for a watch sticks to what had the name when it began. */
  refresh(): void {
    for (const root of this.#roots) {
      const identity = identityOf(root.path)
      const known = this.#watches.get(root)
      if (known !== undefined && known.identity === identity) continue
      void known?.watcher.close()
      this.#watches.delete(root)
      if (identity !== undefined) this.#watch(root, identity)
    }
  }

  /** Ends all watches; no event comes after that. */
  async close(): Promise<void> {
    await Promise.all([...this.#watches.values()].map(({ watcher }) => watcher.close()))
  }

  #watch(root: Root, identity: string): void {
    const watcher = watch(root.path, {
      ignoreInitial: true,
      ignorePermissionErrors: true,
      ignored: candidate => candidate !== root.path && isUnwatched(basename(candidate)),
    })
    const started: Watch = { watcher, identity, isReady: false }
    this.#watches.set(root, started)
    // `raw` comes with every event of the system, also those that chokidar holds back for a while or makes nothing of.
    watcher.on('raw', this.#onEvent).on('all', this.#onEvent)
    watcher.on('ready', () => {
      started.isReady = true
      this.#onEvent()
    })
    watcher.on('error', error => this.#fail(error))
  }

  /** A full table of watches refuses every directory; one word about it is enough. */
  #fail(error: unknown): void {
    if (!this.#hasFailed) this.#onFailure(error)
    this.#hasFailed = true
    this.#onEvent()
  }
}

/** As when listing; but a mounted ConfigMap changes by what happens to `..data`. */
function isUnwatched(name: string): boolean {
  return isPassedOver(name) && !name.startsWith('..')
}

/** `undefined` for what is not there and for what can not be looked at, such as a link to itself. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path)
    return `${dev}:${ino}`
  } catch {
    return undefined
  }
}
