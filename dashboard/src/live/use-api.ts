// An answer of the API in a component: asked for when it is shown, and again when something has changed.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ApiEvents } from '../../../src/admin/api/live-types.ts'
import { type ApiError, ask, readText } from './api.ts'
import { onEvent } from './connection.ts'

/** What is known of an answer. While it is asked for again the last one stays, so that nothing flickers. */
export interface Asked<Answer> {
  readonly answer: Answer | undefined
  readonly error: ApiError | undefined
  readonly isLoading: boolean
  /** Asks again. */
  reload(): void
}

/** Answers of the last paths: a page that is come back to is there at once. */
const remembered = new Map<string, unknown>()
const rememberedPaths = 40

/**
 * The answer at `path` (nothing is asked while it is `undefined`), asked for again at each event of `on`. By default when a table
 * becomes live or Portico is back. A path that ends with `.md` gives its text.
 */
export function useApi<Answer>(
  path: string | undefined,
  on: readonly (keyof ApiEvents)[] = ['hello', 'applied'],
): Asked<Answer> {
  const [, draw] = useState(0)
  const state = useRef<{ path: string | undefined; error: ApiError | undefined; asking: number }>({
    path,
    error: undefined,
    asking: 0,
  })
  const redraw = () => draw(count => count + 1)
  if (state.current.path !== path) state.current = { path, error: undefined, asking: 0 }

  const load = async (signal: AbortSignal) => {
    if (path === undefined) return
    const mine = state.current
    mine.asking++
    redraw()
    try {
      remember(path, await (path.endsWith('.md') ? readText(path, signal) : ask<Answer>(path, signal)))
      mine.error = undefined
    } catch (error) {
      if (!signal.aborted) mine.error = error as ApiError
    }
    mine.asking--
    redraw()
  }

  const reload = useRef(() => {})
  useEffect(() => {
    const controller = new AbortController()
    reload.current = () => void load(controller.signal)
    reload.current()
    const ends = on.map(name => onEvent(name, () => reload.current()))
    return () => {
      controller.abort()
      for (const end of ends) end()
    }
  }, [path, on.join()])

  return {
    answer: path === undefined ? undefined : (remembered.get(path) as Answer | undefined),
    error: state.current.error,
    isLoading: state.current.asking > 0,
    reload: () => reload.current(),
  }
}

function remember(path: string, answer: unknown): void {
  remembered.delete(path)
  remembered.set(path, answer)
  if (remembered.size > rememberedPaths) remembered.delete(remembered.keys().next().value!)
}
