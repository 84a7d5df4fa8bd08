// Neighbours of good requests, made by chance: one octet more, less or another, lines in another order or twice, two requests
// in a row. Whatever becomes of them, the backend's count of requests is the count of answers, in the same order, and a
// neighbour on the same backend connections gets its own.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startProxy } from '../../support/proxy.ts'
import { rawClient } from '../../support/raw-client.ts'
import { serving } from '../../support/serving.ts'
import { ask, getRequest, ownTarget, servedBody } from './own-request.ts'
import { readMessages } from './read-messages.ts'
import { requestVectors } from './vectors/all.ts'
import { startWireBackend, targetOf } from './wire-backend.ts'

const alphabet = [...'\r\n\0\t :,;\x0b\x0c\x80\x85\xa0\xff_+-']
/** `WIRE_SECONDS=60 npx vitest run test/feature/wire/mutations.test.ts` looks for longer. */
const timeLimitMs = Number(process.env.WIRE_SECONDS ?? 5) * 1_000

/** The bytes of all good requests that no other generator of huge heads is needed for. */
const good = requestVectors
  .filter(({ verdict, bytes }) => verdict.kind === 'forwarded' && bytes.length < 600)
  .map(({ bytes }) => bytes)

const octet = fc.constantFrom(...alphabet)
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const vector = fc.constantFrom(...good)

const edited = fc
  .tuple(vector, place, fc.constantFrom('insert', 'delete', 'replace'), octet)
  .map(([bytes, place, edit, octet]) => {
    const at = Math.floor(place * bytes.length)
    const kept = bytes.slice(edit === 'insert' ? at : at + 1)
    return bytes.slice(0, at) + (edit === 'delete' ? '' : octet) + kept
  })

/** The field lines of a head in another order, one of them twice, in another letter case. */
const rearranged = fc
  .tuple(vector, fc.infiniteStream(fc.nat()), fc.boolean())
  .map(([bytes, chance, twice]) => {
    const [head = '', ...body] = bytes.split('\r\n\r\n')
    const [line, ...fields] = head.split('\r\n')
    const order = new Map(fields.map(field => [field, chance.next().value!]))
    const sorted = fields.toSorted((a, b) => order.get(a)! - order.get(b)!)
    const repeated = twice && sorted.length > 0 ? [...sorted, sorted[0]!.toUpperCase()] : sorted
    return [[line, ...repeated].join('\r\n'), ...body].join('\r\n\r\n')
  })

const concatenated = fc.tuple(vector, fc.oneof(vector, edited)).map(([first, second]) => first + second)

test(
  'as many requests reach the backend as answers reach whoever asked',
  async () => {
    const backend = await startWireBackend()
    const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })
    const neighbour = await rawClient(proxy.httpPort)
    const neighbours = new Set([await ask(neighbour)])

    const property = fc.asyncProperty(fc.oneof(edited, rearranged, concatenated), async bytes => {
      const client = await rawClient(proxy.httpPort)
      // Ends whatever the bytes began: as the next request, as the rest of a body, or as what can not be a request.
      client.send(bytes + getRequest(ownTarget(), 'Connection: close'))
      const { whole, rest } = readMessages(await client.untilClosed())
      neighbours.add(await ask(neighbour))

      const recorded = (await backend.take()).whole.map(({ line }) => targetOf(line))
      const answers = whole.map(({ body }) => body).filter(body => body.startsWith('served '))
      expect(rest).toBe('')
      expect(answers).toEqual(recorded.filter(target => !neighbours.has(target)).map(servedBody))
    })
    await fc.assert(property, { numRuns: 1_000_000, interruptAfterTimeLimit: timeLimitMs })
  },
  timeLimitMs + 10_000,
)
