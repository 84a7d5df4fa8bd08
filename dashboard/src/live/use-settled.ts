// A value that has come to rest: what is typed letter by letter is not asked for letter by letter.
import { useEffect, useState } from 'preact/hooks'

/** Pauses between letters are shorter for most. */
const restMs = 250

/** `value` once it has been the same for a moment. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(() => value), restMs)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
