// What every page may show: the overview, kept as of now by events instead of being asked for again.
import { computed, signal } from '@preact/signals'
import type { Overview, ProblemCounts, Sample } from '../../../src/admin/api/types.ts'
import { type ApiError, ask } from './api.ts'
import { onEvent } from './connection.ts'

/** As many seconds as Portico remembers itself. */
const historySeconds = 300

/** Absent until the first answer. */
export const overview = signal<Overview | undefined>(undefined)
/** Why there is none, or an old one. */
export const overviewError = signal<ApiError | undefined>(undefined)
export const history = signal<readonly Sample[]>([])
export const problems = computed<ProblemCounts | undefined>(() => overview.value?.problems)
/** Counts up with each table; pages ask anew when it does. */
export const generation = computed(() => overview.value?.generation ?? 0)

let startedAt = 0
let version = ''

/** Begins to follow; called once. */
export function followOverview(): void {
  onEvent('hello', hello => {
    // Another program: the page itself may be another one too.
    if (version !== '' && hello.version !== version) location.reload()
    if (hello.startedAt !== startedAt) history.value = []
    ;({ startedAt, version } = hello)
    void loadOverview()
  })
  onEvent('applied', () => void loadOverview())
  onEvent('diagnostics', () => void loadOverview())
  onEvent('endpoints', () => void loadOverview())
  onEvent('figures', ({ sample, connections }) => {
    history.value = [...history.value, sample].slice(-historySeconds)
    if (overview.value !== undefined) overview.value = { ...overview.value, connections, now: sample.time }
  })
}

/** Asks for all of it again. */
export async function loadOverview(): Promise<void> {
  try {
    const answer = await ask<Overview>('/api/overview')
    overview.value = answer
    overviewError.value = undefined
    if (answer.history.length > history.value.length) history.value = answer.history
  } catch (error) {
    overviewError.value = error as ApiError
  }
}
