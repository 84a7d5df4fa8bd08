// Asks the admin API of a test's proxy, and holds each answer and event against docs/openapi.json.
import { readFileSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, onTestFinished } from 'vitest'
import type { ApiEvents } from '../../src/admin/api/live-types.ts'
import type { TestProxy } from './proxy.ts'

const file = join(import.meta.dirname, '..', '..', 'docs', 'openapi.json')

/** The document that every answer is held against. */
export const openApi = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
}

interface OpenApiOperation {
  readonly responses: Readonly<
    Record<
      string,
      { readonly content: Readonly<Record<string, { readonly schema: { readonly $ref: string } }>> }
    >
  >
}

const ajv = new Ajv2020({ allErrors: true, strict: false }).addSchema(openApi, 'openapi.json')

/** Fails for a value that is not of a schema: a JSON pointer into the document. */
export function expectDocumentedAs(pointer: string, value: unknown): void {
  const validate = ajv.compile({ $ref: `openapi.json${pointer}` })
  validate(value)
  expect(validate.errors ?? []).toEqual([])
}

/** An answer as it came. */
export interface ApiTestAnswer {
  readonly status: number
  readonly text: string
}

/** The admin API of one proxy. */
export class TestAdminApi {
  readonly #origin: string
  /** Operations that were asked, `GET /api/routes/{id}`. */
  readonly asked = new Set<string>()

  constructor(proxy: TestProxy) {
    this.#origin = `http://${proxy.app.admin}`
  }

  /** The answer to a question that is answered. */
  async get<Answer>(path: string): Promise<Answer> {
    return parsed<Answer>(await this.ask('GET', path))
  }

  /** The answer to an order that is obeyed. */
  async post<Answer>(path: string, body: unknown = {}): Promise<Answer> {
    return parsed<Answer>(await this.ask('POST', path, body))
  }

  /** Any answer, held against what the document says of its status. */
  async ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<ApiTestAnswer> {
    const response = await fetch(this.#origin + path, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })
    const text = await response.text()
    const template = templateOf(path.split('?', 1)[0]!)
    if (template !== undefined) this.asked.add(`${method} ${template}`)
    const operation = template === undefined ? undefined : openApi.paths[template]?.[method.toLowerCase()]
    const documented = operation?.responses[response.status]
    if (documented === undefined) throw new Error(`${method} ${path}: ${response.status} is not documented`)
    const [contentType, content] = Object.entries(documented.content)[0]!
    expect(response.headers.get('content-type')).toContain(contentType)
    expectDocumentedAs(content.schema.$ref, JSON.parse(text))
    return { status: response.status, text }
  }

  /** Opens a stream of events; it is closed when the test is over. */
  async events(query = ''): Promise<TestEvents> {
    const request = httpRequest(`${this.#origin}/events?${query}`).end()
    onTestFinished(() => void request.destroy())
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve)
      request.once('error', reject)
    })
    expect(response.headers['content-type']).toContain('text/event-stream')
    return new TestEvents(response)
  }
}

function parsed<Answer>({ status, text }: ApiTestAnswer): Answer {
  expect([status, text]).toEqual([200, text])
  return JSON.parse(text) as Answer
}

function templateOf(path: string): string | undefined {
  const segments = path.split('/')
  return Object.keys(openApi.paths).find(template => {
    const wanted = template.split('/')
    return (
      wanted.length === segments.length &&
      wanted.every((text, i) => text.startsWith('{') || text === segments[i])
    )
  })
}

/** Events in the order they come. */
export class TestEvents {
  readonly #waiting = new Set<() => void>()
  readonly all: { readonly name: keyof ApiEvents; readonly data: unknown }[] = []
  /** Everything that was sent. */
  text = ''
  /** Resolves when the stream is over. */
  readonly ended: Promise<void>
  #rest = ''

  constructor(response: IncomingMessage) {
    response.setEncoding('utf8')
    response.on('data', text => this.#feed(text))
    // Who ends a stream of its own does not mind how.
    response.on('error', () => {})
    this.ended = new Promise(resolve => response.once('close', resolve))
  }

  /** The first event of that name, past or to come, that fits. */
  async next<Name extends keyof ApiEvents>(
    name: Name,
    fits: (data: ApiEvents[Name]) => boolean = () => true,
  ): Promise<ApiEvents[Name]> {
    for (;;) {
      const found = this.all.find(event => event.name === name && fits(event.data as ApiEvents[Name]))
      if (found !== undefined) return found.data as ApiEvents[Name]
      await new Promise<void>(resolve => this.#waiting.add(resolve))
    }
  }

  #feed(text: string): void {
    this.text += text
    const blocks = (this.#rest + text).split('\n\n')
    this.#rest = blocks.pop()!
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block)?.[1] as keyof ApiEvents | undefined
      if (name === undefined) continue
      const data: unknown = JSON.parse(/^data: (.*)$/m.exec(block)![1]!)
      expectDocumentedAs(`#/components/schemas/ApiEvents/properties/${name}`, data)
      this.all.push({ name, data })
    }
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}
