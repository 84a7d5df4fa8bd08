// What progress is called, for people.
import type { Progress } from '../app/events.ts'
import { plural } from './diagnostic-order.ts'
import { formatCount } from './figures-text.ts'

/** `requests sent: 1,200 of 10,000`. */
export function countText(what: string, done: number, total: number): string {
  return `${what}: ${formatCount(done)} of ${formatCount(total)}`
}

/** One line without a line break. */
export function progressText(progress: Progress): string {
  switch (progress.kind) {
    case 'awaiting-input':
      return 'waiting for manifests on standard input, up to its end'
    case 'reading':
      return `${countText('reading manifests', progress.read, progress.total)} files`
    case 'draining': {
      const { connections, leftMs } = progress
      return `stopping: ${plural(connections, 'connection')} with requests under way, cut in ${Math.ceil(leftMs / 1000)} s`
    }
  }
}
