// An answer of the API that is asked for again each second, as long as the page is looked at.
import { useEffect, useRef } from 'preact/hooks'
import { onEvent } from './connection.ts'
import { type Asked, useApi } from './use-api.ts'

/** An answer that took long is asked for less often: this many times what it took has to pass. */
const rest = 4

/** As `useApi`, and with each `figures`. */
export function useLive<Answer>(path: string | undefined): Asked<Answer> {
  const asked = useApi<Answer>(path, ['hello', 'applied', 'endpoints'])
  const { isLoading, reload } = asked
  const began = useRef(0)
  const notBefore = useRef(0)
  const now = performance.now()
  if (isLoading && began.current === 0) began.current = now
  if (!isLoading && began.current !== 0) {
    notBefore.current = now + rest * (now - began.current)
    began.current = 0
  }
  const latest = useRef(reload)
  latest.current = reload
  useEffect(
    () =>
      onEvent('figures', () => {
        const isRested = began.current === 0 && performance.now() >= notBefore.current
        if (isRested && document.visibilityState === 'visible') latest.current()
      }),
    [],
  )
  return asked
}
