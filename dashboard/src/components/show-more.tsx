// Long lists in portions: a browser draws some hundred rows at once, not ten thousand.
import { useState } from 'preact/hooks'

interface More {
  readonly shown: number
  readonly total: number
  readonly portion: number
  more(): void
}

/** The first of `all`, and what `ShowMore` needs to show the next `portion`. */
export function usePortion<Item>(all: readonly Item[], portion: number): [readonly Item[], More] {
  const [shown, setShown] = useState(portion)
  return [
    all.length <= shown ? all : all.slice(0, shown),
    { shown, total: all.length, portion, more: () => setShown(shown + portion) },
  ]
}

/** Nothing while all is shown. */
export function ShowMore({ shown, total, portion, more }: More) {
  if (total <= shown) return null
  return (
    <p class="more">
      {shown} of {total.toLocaleString('en')} are shown.{' '}
      <button type="button" onClick={more}>
        Show {Math.min(portion, total - shown)} more
      </button>
    </p>
  )
}
