// Places as people and programs are shown them.
import { formatPosition } from './diagnostic.ts'
import { type Place, positionOf } from './place.ts'

/** `file:line:col`; `undefined` for what stands in no file. */
export function placeText(place: Place): string
export function placeText(place: Place | undefined): string | undefined
export function placeText(place: Place | undefined): string | undefined {
  return place && formatPosition(positionOf(place))
}
