// Tells when something happens below the roots, by the operating system's events. The only place that knows chokidar.

import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import type { Root } from './list-files.ts'

/** Watches roots for events. Must be closed. */
export class RootWatcher {
  readonly #roots: readonly Root[]
  readonly #onEvent: () => void
  readonly #watchers = new Map<Root, { readonly watcher: FSWatcher; readonly identity: string }>()
  #hasFailed = false

  /** `onEvent` is also called once watching has begun, because what happened before that went unseen. */
  constructor(roots: readonly Root[], onEvent: () => void) {
    this.#roots = roots
    this.#onEvent = onEvent
  }

  /** Whether the system refused a watch (too many files, say), so that events can not be relied on. */
  get hasFailed(): boolean {
    return this.#hasFailed
  }

  /** Starts watching roots that appeared or were replaced by others of the same name: a watch sticks to the old one. */
  refresh(): void {
    for (const root of this.#roots) {
      const identity = identityOf(root.path)
      const known = this.#watchers.get(root)
      if (identity === undefined || known?.identity === identity) continue
      void known?.watcher.close()
      this.#watchers.set(root, { watcher: this.#watch(root), identity })
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#watchers.values()].map(({ watcher }) => watcher.close()))
  }

  #watch({ path }: Root): FSWatcher {
    const watcher = watch(path, {
      ignoreInitial: true,
      ignorePermissionErrors: true,
      ignored: candidate => candidate !== path && isHidden(basename(candidate)),
    })
    // `raw` comes with every event of the system, also those that chokidar holds back for a while or makes nothing of.
    watcher.on('raw', this.#onEvent).on('all', this.#onEvent).on('ready', this.#onEvent)
    watcher.on('error', () => {
      this.#hasFailed = true
      this.#onEvent()
    })
    return watcher
  }
}

/** Such as `.git`; but not `..data`, which a mounted ConfigMap replaces when it changes. */
function isHidden(name: string): boolean {
  return name.startsWith('.') && !name.startsWith('..')
}

function identityOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats && `${stats.dev}:${stats.ino}`
}
