// Places as explanations name them.
import { formatPosition } from '../diagnostics/diagnostic.ts'
import { type Place, positionOf } from '../diagnostics/place.ts'

/** `file:line:col`; `undefined` for what stands in no file. */
export function placeText(place: Place | undefined): string | undefined {
  return place && formatPosition(positionOf(place))
}
