// What progress is called, for people.
import type { Progress } from '../app/events.ts'
import { plural } from './diagnostic-order.ts'
import { formatCount } from './figures-text.ts'

/** One line without a line break. */
export function progressText(progress: Progress): string {
  switch (progress.kind) {
    case 'awaiting-input':
      return 'waiting for manifests on standard input, up to its end'
    case 'reading':
      return `reading manifests: ${formatCount(progress.read)} of ${formatCount(progress.total)} files`
    case 'draining': {
      const { connections, leftMs } = progress
      return `stopping: ${plural(connections, 'connection')} with requests under way, cut in ${Math.ceil(leftMs / 1000)} s`
    }
  }
}
