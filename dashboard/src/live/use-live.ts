// An answer of the API that is asked for again each second, as long as the page is looked at.
import { useEffect, useRef } from 'preact/hooks'
import { onEvent } from './connection.ts'
import { type Asked, useApi } from './use-api.ts'

/** An answer that took long is asked for less often: this many times what it took has to pass. */
const rest = 4

/** As `useApi`, and with each `figures`; what could not be answered is asked for again only when something has changed. */
export function useLive<Answer>(path: string | undefined): Asked<Answer> {
  const asked = useApi<Answer>(path, ['hello', 'applied', 'endpoints'])
  const { isLoading } = asked
  const began = useRef(0)
  const notBefore = useRef(0)
  const now = performance.now()
  if (isLoading && began.current === 0) began.current = now
  if (!isLoading && began.current !== 0) {
    notBefore.current = now + rest * (now - began.current)
    began.current = 0
  }
  const latest = useRef(asked)
  latest.current = asked
  useEffect(
    () =>
      onEvent('figures', () => {
        const isRested = began.current === 0 && performance.now() >= notBefore.current
        const isShown = document.visibilityState === 'visible'
        if (isRested && isShown && latest.current.error === undefined) latest.current.reload()
      }),
    [],
  )
  return asked
}
