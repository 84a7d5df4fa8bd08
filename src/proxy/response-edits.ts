// Hot path on routes whose policies change responses: the field lines of one response while policies work on them.
import { type ResponseEdit, uneditableFields } from '../policies/field-edits.ts'
import { editFieldLines, findFieldValue } from './edit-field-lines.ts'

/** Field lines that can be changed; `lines` holds what they have become. */
export class ResponseEdits implements ResponseEdit {
  readonly status: number
  readonly isOwn: boolean
  lines: string

  constructor(status: number, isOwn: boolean, lines: string) {
    this.status = status
    this.isOwn = isOwn
    this.lines = lines
  }

  get(name: string): string | undefined {
    return findFieldValue(this.lines, name.toLowerCase())
  }

  set(name: string, value: string | undefined): void {
    // Most fields that are set were not there before: looking costs less than rewriting all lines.
    if (this.get(name) !== undefined) this.map(name, () => undefined)
    if (value !== undefined) this.append(name, value)
  }

  append(name: string, value: string): void {
    if (!uneditableFields.has(name.toLowerCase())) this.lines += `${name}: ${value}\r\n`
  }

  map(name: string, change: (value: string) => string | undefined): void {
    const lowerName = name.toLowerCase()
    if (uneditableFields.has(lowerName)) return
    this.lines = editFieldLines(this.lines, found => (found === lowerName ? change : unchanged))
  }
}

const unchanged = (value: string): string => value
