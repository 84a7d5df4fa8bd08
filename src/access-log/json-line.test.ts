import { expect, it } from 'vitest'
import { requestRecord } from '../../test/support/request-record.ts'
import type { RequestRecord } from '../proxy/request-record.ts'
import type { Route } from '../routing/table.ts'
import { createJsonLines } from './json-line.ts'
import type { LineContext } from './line-context.ts'
import { LocalTime } from './local-time.ts'
import { createRedaction } from './redaction.ts'

const context: LineContext = { time: new LocalTime(), redaction: createRedaction([]), sampleRate: 1 }

const route = {
  host: '*.test',
  path: '/é',
  kind: 'prefix',
  origin: {
    namespace: 'shop',
    ingress: 'web',
    place: { document: { file: 'a "b".yaml', text: 'x\ny\n', startLine: 7 }, offset: 2 },
  },
} as unknown as Route

function line(differs: Partial<RequestRecord> = {}, of = context): unknown {
  const text = createJsonLines()(requestRecord(differs), of, undefined)
  expect(text).not.toMatch(/[\x00-\x1f]/)
  return JSON.parse(Buffer.from(text, 'latin1').toString('utf8'))
}

it('says all that is known of a request', () => {
  expect(line({ route, userAgent: '', referer: 'http://b.test/?code=1' })).toEqual({
    time: '2026-10-05T13:05:09.042Z',
    client: '127.0.0.1',
    scheme: 'http',
    method: 'GET',
    host: 'a.test',
    target: '/cart?x=1',
    version: '1.1',
    requestId: 'r-1',
    referer: 'http://b.test/?code=REDACTED',
    status: 200,
    bytesReceived: 60,
    bytesSent: 105,
    namespace: 'shop',
    ingress: 'web',
    rule: { host: '*.test', path: '/é', type: 'Prefix', place: 'a "b".yaml:8' },
    service: 'web',
    port: '80',
    durationMs: 3.25,
    queueMs: 0,
    connectMs: 0.5,
    firstByteMs: 3,
    retries: 0,
    endpoint: '127.0.0.1:3000',
  })
})

it('says of waiting nothing where there was none', () => {
  const said = line({ queueMs: 0, connectMs: 0, retries: 0 })
  for (const name of ['queueMs', 'connectMs', 'retries']) expect(said).not.toHaveProperty(name)
})

it('lists attempts where one failed, or did not say what the client was told', () => {
  const attempt = requestRecord().attempts[0]!
  const failed = {
    ...attempt,
    endpoint: '127.0.0.1:1',
    status: 502,
    headMs: undefined,
    failure: 'connect-failed',
  }
  expect(line({ attempts: [failed, attempt], retries: 1 })).toMatchObject({
    endpoint: '127.0.0.1:3000',
    attempts: [
      { endpoint: '127.0.0.1:1', status: 502, failure: 'connect-failed', durationMs: 3.25, connectMs: 0.5 },
      { endpoint: '127.0.0.1:3000', status: 200, firstByteMs: 3 },
    ],
  })
  const left = { attempts: [{ ...attempt, status: undefined }], status: 499, cause: 'client-closed' }
  expect(line(left)).toMatchObject({ attempts: [{ endpoint: '127.0.0.1:3000' }], cause: 'client-closed' })
})

it('leaves out what there is nothing to say of', () => {
  const refused = { method: '', target: '', authority: '', service: '', attempts: [], firstByteMs: undefined }
  const said = line({ ...refused, status: 400, cause: 'the Host field is missing' }) as object
  for (const name of ['method', 'host', 'target', 'requestId', 'namespace', 'rule', 'service', 'firstByteMs'])
    expect(said).not.toHaveProperty(name)
  expect(said).toMatchObject({ status: 400, cause: 'the Host field is missing' })
})

it('names canaries, variants, users, traces, and the Service of another namespace', () => {
  expect(
    line({ route, isCanary: true, variant: 'blue', user: 'ann "x"', service: 'pages/errors:http' }),
  ).toMatchObject({
    canary: true,
    variant: 'blue',
    user: 'ann "x"',
    serviceNamespace: 'pages',
    service: 'errors',
    port: 'http',
  })
  expect(line({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) })).toMatchObject({
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
  })
})

it('is JSON whatever a client sends, and can be weighed when it is a sample', () => {
  const text = 'a"b\\c\xff\x9b'
  const said = line({ userAgent: text, authority: text, target: `/?token=${text}` })
  expect(said).toMatchObject({ userAgent: text, host: text, target: '/?token=REDACTED' })
  const sampled = { ...context, sampleRate: 0.1 }
  expect(line({}, sampled)).toMatchObject({ sampleRate: 0.1 })
  // It stands for itself only: all of these are in the log.
  expect(line({ status: 404 }, sampled)).not.toHaveProperty('sampleRate')
})
