// Hot path on routes whose policies change the request: what they want changed, collected before the head is rendered.
import { type RequestEdit, uneditableFields } from '../policies/field-edits.ts'
import { editFieldLines } from './edit-field-lines.ts'

/** Changes to the head of one request. */
export class RequestEdits implements RequestEdit {
  host: string
  closesConnection = false
  minorVersion: 0 | 1 = 1
  /** By name in lower case. */
  readonly #fields = new Map<string, readonly [name: string, value: string | undefined]>()

  constructor(host: string) {
    this.host = host
  }

  set(name: string, value: string | undefined): void {
    const lowerName = name.toLowerCase()
    if (!uneditableFields.has(lowerName)) this.#fields.set(lowerName, [name, value])
  }

  /** Names and values in turn of fields that were set and whose names begin so, in lower case. */
  fieldsWith(prefix: string): string[] {
    const found: string[] = []
    for (const [lowerName, [name, value]] of this.#fields)
      if (value !== undefined && lowerName.startsWith(prefix)) found.push(name, value)
    return found
  }

  /** The lines whose fields nobody set or removed. */
  untouchedOf(lines: string): string {
    if (this.#fields.size === 0) return lines
    return editFieldLines(lines, name => (this.#isSet(name) ? undefined : unchanged))
  }

  /** Many backends read `_` as `-`: `x_user` of a client must not stand beside an `X-User` that somebody vouches for. */
  #isSet(lowerName: string): boolean {
    return this.#fields.has(lowerName) || this.#fields.has(lowerName.replaceAll('_', '-'))
  }

  /** The lines with the changes made to them. */
  applyTo(lines: string): string {
    let edited = this.untouchedOf(lines)
    for (const [name, value] of this.#fields.values())
      if (value !== undefined) edited += `${name}: ${value}\r\n`
    return edited
  }
}

const unchanged = (value: string): string => value
