// Says when a change of the manifests is live, whichever page is shown: whoever saves a file looks whether it was taken.
import type { AppliedView } from '../../../src/admin/api/types.ts'
import { toast } from '../components/toast.tsx'
import { counted, duration } from '../words/figures.ts'
import { onEvent } from './connection.ts'

/** Begins to tell; called once. */
export function tellChanges(): void {
  onEvent('applied', change =>
    toast(changeInWords(change), { tone: change.problems.error > 0 ? 'error' : 'ok' }),
  )
}

/** `Live in 12 ms: 2 routes added, 1 removed; 1 error`. */
export function changeInWords({ durationMs, routes, problems }: AppliedView): string {
  const parts = [
    [routes.added, 'added'],
    [routes.changed, 'changed'],
    [routes.removed, 'removed'],
  ] as const
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  const what = said.length === 0 ? 'no route is another' : `routes: ${said.join(', ')}`
  const errors = problems.error === 0 ? '' : `; ${counted(problems.error, 'error')}`
  return `Live in ${duration(durationMs)}, ${what}${errors}`
}
