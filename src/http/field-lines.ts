// Hot path: runs for every message.
// The fields of one message as ranges of its text. HTTP/2 messages are written into the same form, so everything
// behind the listeners sees one kind of head. Reused from message to message to keep the garbage collector idle.
import { equalsIgnoringCase, FieldKind } from './field-kind.ts'

/** What Connection can not take away: it frames or routes the message, is read before it is dropped, or is everybody's. */
const neverHopByHop: ReadonlySet<FieldKind> = new Set([
  FieldKind.connection,
  FieldKind.contentLength,
  FieldKind.transferEncoding,
  FieldKind.host,
  FieldKind.upgrade,
  FieldKind.expect,
  FieldKind.te,
  FieldKind.cookie,
])

/** Field lines `Name: value\r\n` inside `text`, one octet per character (Latin-1). */
export class FieldLines {
  text = ''
  count = 0
  readonly #starts: number[] = []
  readonly #nameEnds: number[] = []
  readonly #valueStarts: number[] = []
  readonly #valueEnds: number[] = []
  readonly #ends: number[] = []
  readonly #kinds: FieldKind[] = []
  /** A bit for each kind that may be among the lines: most questions for a kind are answered without a look at them. */
  #kindsSeen = 0

  /** Forgets all lines; those added next are ranges of `text`. */
  reset(text: string): void {
    this.text = text
    this.count = 0
    this.#kindsSeen = 0
  }

  /** Adds the line `[start, end)`, its CRLF included; the value range has no surrounding blanks. */
  add(
    start: number,
    nameEnd: number,
    valueStart: number,
    valueEnd: number,
    end: number,
    kind: FieldKind,
  ): void {
    const index = this.count++
    this.#starts[index] = start
    this.#nameEnds[index] = nameEnd
    this.#valueStarts[index] = valueStart
    this.#valueEnds[index] = valueEnd
    this.#ends[index] = end
    this.#kinds[index] = kind
    this.#kindsSeen |= 1 << kind
  }

  kind(index: number): FieldKind {
    return this.#kinds[index]!
  }

  lineStart(index: number): number {
    return this.#starts[index]!
  }

  lineEnd(index: number): number {
    return this.#ends[index]!
  }

  name(index: number): string {
    return this.text.slice(this.#starts[index]!, this.#nameEnds[index]!)
  }

  value(index: number): string {
    return this.text.slice(this.#valueStarts[index]!, this.#valueEnds[index]!)
  }

  /** Index of the first line named `lowerName` at or after `from`, or -1. */
  find(lowerName: string, from = 0): number {
    for (let i = from; i < this.count; i++) {
      const start = this.#starts[i]!
      if (this.#nameEnds[i]! - start === lowerName.length && equalsIgnoringCase(this.text, start, lowerName))
        return i
    }
    return -1
  }

  /** Index of the first line of a kind at or after `from`, or -1. */
  findKind(kind: FieldKind, from = 0): number {
    if ((this.#kindsSeen & (1 << kind)) === 0) return -1
    for (let i = from; i < this.count; i++) if (this.#kinds[i] === kind) return i
    return -1
  }

  /** Values of all lines of a kind as the list they are (RFC 9110 §5.3); empty without any. */
  joinKind(kind: FieldKind): string {
    let list = ''
    for (let i = this.findKind(kind); i !== -1; i = this.findKind(kind, i + 1))
      list += list === '' ? this.value(i) : `, ${this.value(i)}`
    return list
  }

  /** Values of all lines named `lowerName` as the list they are; empty without any. */
  join(lowerName: string): string {
    let list = ''
    for (let i = this.find(lowerName); i !== -1; i = this.find(lowerName, i + 1))
      list += list === '' ? this.value(i) : `, ${this.value(i)}`
    return list
  }

  /** Value of the first line named `lowerName`. */
  get(lowerName: string): string | undefined {
    const index = this.find(lowerName)
    return index === -1 ? undefined : this.value(index)
  }

  /** Marks the lines named `lowerName` as concerning one hop only (RFC 9110 §7.6.1, names listed in Connection). */
  markHopByHop(lowerName: string): void {
    for (let i = this.find(lowerName); i !== -1; i = this.find(lowerName, i + 1)) {
      if (!neverHopByHop.has(this.#kinds[i]!)) this.#kinds[i] = FieldKind.hopByHop
    }
    this.#kindsSeen |= 1 << FieldKind.hopByHop
  }
}
