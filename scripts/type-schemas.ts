// JSON Schemas of types, read from their source: docs/openapi.json is made of what the dashboard is compiled against. Knows as much of
// TypeScript as the types of the admin API are written in, and throws for anything else.

/** A JSON Schema (2020-12). */
export type Schema = Readonly<Record<string, unknown>>

/** Schemas of all interfaces and types of a source, by name. Other types are referred to below `prefix`. */
export function readTypeSchemas(source: string, prefix: string): ReadonlyMap<string, Schema> {
  return new TypeReader(source, prefix).read()
}

const token = /\/\*\*[\s\S]*?\*\/|\/\/.*|'[^']*'|[A-Za-z_$][\w$]*|\d+|[{}()[\]<>|&:;?,=.*]/g

interface Member {
  readonly name: string
  readonly isOptional: boolean
  readonly schema: Schema
}

class TypeReader {
  readonly #tokens: readonly string[]
  readonly #prefix: string
  readonly #schemas = new Map<string, Schema>()
  readonly #members = new Map<string, readonly Member[]>()
  #at = 0

  constructor(source: string, prefix: string) {
    this.#tokens = (source.match(token) ?? []).filter(text => !text.startsWith('//'))
    this.#prefix = prefix
  }

  read(): ReadonlyMap<string, Schema> {
    while (this.#at < this.#tokens.length) {
      const doc = this.#readDoc()
      if (this.#skipImport()) continue
      this.#expect('export')
      const kind = this.#next()
      if (kind === 'interface') this.#readInterface(doc)
      else if (kind === 'type') this.#readAlias(doc)
      else throw new Error(`${kind} is no type`)
    }
    return this.#schemas
  }

  #skipImport(): boolean {
    if (this.#peek() !== 'import') return false
    while (!this.#next().startsWith("'"));
    return true
  }

  #readInterface(doc: string): void {
    const name = this.#next()
    const inherited = this.#take('extends') ? this.#members.get(this.#next())! : []
    const members = [...inherited, ...this.#readMembers()]
    this.#members.set(name, members)
    this.#schemas.set(name, described(objectOf(members), doc))
  }

  #readAlias(doc: string): void {
    const name = this.#next()
    this.#expect('=')
    this.#schemas.set(name, described(this.#readType(), doc))
  }

  #readMembers(): Member[] {
    const members: Member[] = []
    this.#expect('{')
    while (!this.#take('}')) {
      const doc = this.#readDoc()
      this.#take('readonly')
      const name = this.#next()
      const isOptional = this.#take('?')
      this.#expect(':')
      members.push({ name, isOptional, schema: described(this.#readType(), doc) })
      this.#take(';')
    }
    return members
  }

  /** Unions bind weaker than intersections. */
  #readType(): Schema {
    this.#take('|')
    const parts = [this.#readIntersection()]
    while (this.#take('|')) parts.push(this.#readIntersection())
    if (parts.length === 1) return parts[0]!
    return parts.every(part => 'const' in part)
      ? { type: 'string', enum: parts.map(part => part.const) }
      : { anyOf: parts }
  }

  #readIntersection(): Schema {
    const parts = [this.#readPostfix()]
    while (this.#take('&')) parts.push(this.#readPostfix())
    return parts.length === 1 ? parts[0]! : { allOf: parts.map(open), unevaluatedProperties: false }
  }

  #readPostfix(): Schema {
    this.#take('readonly')
    let schema = this.#readPrimary()
    while (this.#take('[')) {
      if (this.#take(']')) schema = { type: 'array', items: schema }
      else schema = this.#readIndexed(schema)
    }
    return schema
  }

  /** `Type['field']` */
  #readIndexed(schema: Schema): Schema {
    const field = this.#next().slice(1, -1)
    this.#expect(']')
    const owner = String(schema.$ref).slice(this.#prefix.length)
    return this.#members.get(owner)!.find(({ name }) => name === field)!.schema
  }

  #readPrimary(): Schema {
    const text = this.#peek()
    if (text === '{') return objectOf(this.#readMembers())
    this.#next()
    if (text === '(') return this.#readUntil(')')
    if (text === '[') return this.#readTuple()
    if (text.startsWith("'")) return { const: text.slice(1, -1) }
    if (text === 'string' || text === 'number' || text === 'boolean') return { type: text }
    if (text === 'unknown') return {}
    if (text === 'Readonly' || text === 'Record') return this.#readGeneric(text)
    return { $ref: this.#prefix + text }
  }

  #readUntil(end: string): Schema {
    const schema = this.#readType()
    this.#expect(end)
    return schema
  }

  #readTuple(): Schema {
    const items: Schema[] = []
    while (!this.#take(']')) {
      // The name of an element.
      if (this.#tokens[this.#at + 1] === ':') this.#at += 2
      items.push(this.#readType())
      this.#take(',')
    }
    return { type: 'array', prefixItems: items, minItems: items.length, maxItems: items.length }
  }

  #readGeneric(name: string): Schema {
    this.#expect('<')
    if (name === 'Readonly') return this.#readUntil('>')
    this.#readType()
    this.#expect(',')
    return { type: 'object', additionalProperties: this.#readUntil('>') }
  }

  #readDoc(): string {
    let doc = ''
    while (this.#peek()?.startsWith('/**')) doc = textOf(this.#next())
    return doc
  }

  #peek(): string {
    return this.#tokens[this.#at]!
  }

  #next(): string {
    const text = this.#tokens[this.#at++]
    if (text === undefined) throw new Error('the types end too early')
    return text
  }

  #take(text: string): boolean {
    if (this.#peek() !== text) return false
    this.#at++
    return true
  }

  #expect(text: string): void {
    const found = this.#next()
    if (found !== text) throw new Error(`${found} in the place of ${text}`)
  }
}

function objectOf(members: readonly Member[]): Schema {
  const required = members.filter(({ isOptional }) => !isOptional).map(({ name }) => name)
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(members.map(({ name, schema }) => [name, schema])),
    additionalProperties: false,
  }
}

/** A part of an intersection knows only its own fields: what is left over is looked at for all parts together. */
function open({ additionalProperties, anyOf, ...rest }: Schema): Schema {
  return anyOf === undefined ? rest : { ...rest, anyOf: (anyOf as readonly Schema[]).map(open) }
}

function described(schema: Schema, description: string): Schema {
  return description === '' ? schema : { description, ...schema }
}

function textOf(comment: string): string {
  return comment
    .slice(3, -2)
    .split('\n')
    .map(line => line.replace(/^\s*\*?\s?/, '').trim())
    .join(' ')
    .trim()
}
