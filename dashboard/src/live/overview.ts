// What every page may show: the overview, kept as of now by events instead of being asked for again.
import { computed, signal } from '@preact/signals'
import type { Overview, ProblemCounts, Sample } from '../../../src/admin/api/types.ts'
import { type ApiError, ask } from './api.ts'
import { onEvent } from './connection.ts'

/** As many seconds as Portico remembers itself. */
const historySeconds = 300
/** How often what no event tells (sums, memory) is asked for again, in seconds. */
const refreshSeconds = 10

/** Absent until the first answer. */
export const overview = signal<Overview | undefined>(undefined)
/** Why there is none, or an old one. */
export const overviewError = signal<ApiError | undefined>(undefined)
export const history = signal<readonly Sample[]>([])
export const problems = computed<ProblemCounts | undefined>(() => overview.value?.problems)
/** Counts up with each table; pages ask anew when it does. */
export const generation = computed(() => overview.value?.generation ?? 0)

let version = ''
let untilRefresh = refreshSeconds

/** Begins to follow; called once. */
export function followOverview(): void {
  onEvent('hello', hello => {
    // Another program: the page itself may be another one too.
    if (version !== '' && hello.version !== version) location.reload()
    version = hello.version
    void loadOverview()
  })
  onEvent('applied', () => void loadOverview())
  onEvent('diagnostics', () => void loadOverview())
  onEvent('endpoints', () => void loadOverview())
  onEvent('figures', ({ sample, connections }) => {
    history.value = [...history.value, sample].slice(-historySeconds)
    if (--untilRefresh <= 0 && document.visibilityState === 'visible') void loadOverview()
    if (overview.value !== undefined) overview.value = { ...overview.value, connections, now: sample.time }
  })
}

/** Asks for all of it again. */
export async function loadOverview(): Promise<void> {
  untilRefresh = refreshSeconds
  try {
    const answer = await ask<Overview>('/api/overview')
    overview.value = answer
    overviewError.value = undefined
    const lastTime = answer.history.at(-1)?.time ?? 0
    history.value = [...answer.history, ...history.value.filter(sample => sample.time > lastTime)]
  } catch (error) {
    overviewError.value = error as ApiError
  }
}
