// What policies would change about the fields of a message, in words. Values are left out where they may come from other
// objects than the ones that name them.
import { type RequestEdit, type ResponseEdit, uneditableFields } from '../policies/field-edits.ts'

/** Collects changes in words. */
class Changes {
  readonly words: string[] = []
  /** Of the fields that were set. */
  readonly names: string[] = []
  readonly showsValues: boolean

  constructor(showsValues: boolean) {
    this.showsValues = showsValues
  }

  set(name: string, value: string | undefined): void {
    if (uneditableFields.has(name.toLowerCase())) return
    if (value === undefined) {
      this.words.push(`removes ${name}`)
      return
    }
    this.names.push(name)
    this.words.push(this.showsValues ? `sets ${name}: ${value}` : `sets ${name}`)
  }
}

/** Changes to a request, for looking at. `showsValues`: whether the values may be shown. */
export class RecordedRequestEdit extends Changes implements RequestEdit {
  minorVersion: 0 | 1 = 1
  readonly #authority: string
  #host: string | undefined
  #closes = false

  constructor(authority: string, showsValues: boolean) {
    super(showsValues)
    this.#authority = authority
  }

  get host(): string {
    return this.#host ?? this.#authority
  }
  set host(host: string) {
    this.#host = host
    this.words.push(this.showsValues ? `sets Host: ${host}` : 'sets Host')
    this.names.push('host', ':authority')
  }
  get closesConnection(): boolean {
    return this.#closes
  }
  set closesConnection(closes: boolean) {
    this.#closes = closes
    if (closes) this.words.push('asks the backend to close the connection afterwards')
  }
}

/** Changes to a response that has no fields yet, for looking at. */
export class RecordedResponseEdit extends Changes implements ResponseEdit {
  readonly status: number
  readonly isOwn: boolean

  constructor(status: number, isOwn: boolean, showsValues: boolean) {
    super(showsValues)
    this.status = status
    this.isOwn = isOwn
  }

  /** What a backend will say is not known. */
  get(): undefined {
    return undefined
  }
  append(name: string, value: string): void {
    this.set(name, value)
  }
  map(name: string): void {
    this.words.push(`rewrites ${name} where it comes`)
  }
}
