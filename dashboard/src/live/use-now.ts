// The time of day for "3 s ago": one clock for all that is shown, stopped while nobody looks at it.
import { type Signal, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

const now: Signal<number> = signal(Date.now())
let viewers = 0
let timer: ReturnType<typeof setInterval> | undefined

/** Milliseconds since the epoch, each second anew. */
export function useNow(): number {
  useEffect(() => {
    if (viewers++ === 0) {
      now.value = Date.now()
      timer = setInterval(() => {
        now.value = Date.now()
      }, 1_000)
    }
    return () => {
      if (--viewers === 0) clearInterval(timer)
    }
  }, [])
  return now.value
}
