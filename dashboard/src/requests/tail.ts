// The live tail: requests as they end, the latest first. It asks Portico to tell them only while somebody looks.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { RequestList, RequestView } from '../../../src/admin/api/live-types.ts'
import { ask } from '../live/api.ts'
import { onEvent, wantEvents } from '../live/connection.ts'

/** As many are kept; older ones are let go of. */
const kept = 1_000

/** What the tail shows. */
export interface Tail {
  readonly requests: readonly RequestView[]
  /** How many have come since it was paused. */
  readonly waiting: number
  /** How many were too many to be told of. */
  readonly skipped: number
  readonly isPaused: boolean
  pause(isPaused: boolean): void
  clear(): void
}

/** Follows requests. `query`: filters that Portico itself applies, so that rare ones are not lost among many. */
export function useTail(query: Readonly<Record<string, string>>): Tail {
  const [requests, setRequests] = useState<readonly RequestView[]>([])
  const [waiting, setWaiting] = useState<readonly RequestView[]>([])
  const [skipped, setSkipped] = useState(0)
  const [isPaused, setPaused] = useState(false)
  const paused = useRef(isPaused)
  paused.current = isPaused

  useEffect(() => {
    const add = (latestFirst: readonly RequestView[]) =>
      (paused.current ? setWaiting : setRequests)(before => merge(latestFirst, before))
    const ends = [
      wantEvents({ requests: '1', ...query }),
      onEvent('requests', event => {
        setSkipped(count => count + event.skipped)
        add(event.requests.toReversed())
      }),
    ]
    ask<RequestList>(`/api/requests?${new URLSearchParams({ ...query, limit: '200' })}`).then(
      list => add(list.requests),
      // The banner of the connection says what is wrong.
      () => {},
    )
    return () => {
      for (const end of ends) end()
    }
  }, [JSON.stringify(query)])

  const pause = (is: boolean) => {
    setPaused(is)
    if (is) return
    setRequests(before => merge(waiting, before))
    setWaiting([])
  }
  const clear = () => {
    setRequests([])
    setWaiting([])
    setSkipped(0)
  }
  return { requests, waiting: waiting.length, skipped, isPaused, pause, clear }
}

/** Both are the latest first; what was already told is told once. */
export function merge(
  later: readonly RequestView[],
  earlier: readonly RequestView[],
): readonly RequestView[] {
  const known = new Set(earlier.map(request => request.id))
  const fresh = later.filter(request => !known.has(request.id))
  return [...fresh, ...earlier].sort((a, b) => b.id - a.id).slice(0, kept)
}
