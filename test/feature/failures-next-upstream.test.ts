// proxy-next-upstream: after which failures a request is made again at another endpoint, how often, and for how long.
import { describe, expect, test } from 'vitest'
import { closedPort, startEchoBackend, type TestBackend } from '../support/backend.ts'
import { fetchFrom, type TestRequest, type TestResponse } from '../support/fetch.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import {
  okResponse,
  type RawBackend,
  startAnsweringBackend,
  startRecordingBackend,
} from '../support/raw-backend.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

interface Settings {
  readonly conditions?: string
  readonly tries?: string
  readonly timeout?: string
  readonly readTimeout?: string
}

/** A host whose endpoints are asked in this order. */
function proxyFor(endpoints: readonly (TestBackend | string)[], settings: Settings = {}): Promise<TestProxy> {
  const written = {
    'proxy-next-upstream': settings.conditions,
    'proxy-next-upstream-tries': settings.tries,
    'proxy-next-upstream-timeout': settings.timeout,
    'proxy-read-timeout': settings.readTimeout,
  }
  const annotations = Object.entries(written).flatMap(([name, value]) =>
    value === undefined ? [] : [[`nginx.ingress.kubernetes.io/${name}`, value]],
  )
  const addresses = endpoints.map(endpoint => (typeof endpoint === 'string' ? endpoint : endpoint.address))
  const options = { annotations: Object.fromEntries(annotations) }
  return startProxy({ files: { 'web.yaml': serving('a.test', addresses.join(','), options) } })
}

function ask(proxy: TestProxy, request: Partial<TestRequest> = {}): Promise<TestResponse> {
  return fetchFrom({ port: proxy.httpPort, host: 'a.test', ...request })
}

async function refusing(): Promise<string> {
  return `127.0.0.1:${await closedPort()}`
}

/** Takes a request and resets the connection. */
function resetting(): Promise<RawBackend> {
  return startRecordingBackend(socket => socket.resetAndDestroy())
}

function answering(status: number, body = `I said ${status}`): Promise<RawBackend> {
  return startAnsweringBackend(okResponse(body).replace('200 OK', `${status} Something`))
}

/** Answers the first request of a connection and resets it at the second, as a backend whose idle time has run out does. */
function goingStale(): Promise<RawBackend> {
  return startRecordingBackend((socket, received) => {
    if (received.split('\r\n\r\n').length > 2 || received.includes('/again')) socket.resetAndDestroy()
    else socket.write(okResponse('fresh'))
  })
}

const post = { method: 'POST', body: 'once' }

describe('idle connections that were closed just now', () => {
  const asked = (backends: readonly RawBackend[]) =>
    backends.map(({ received }) => received.split('/again').length - 1)

  test.each([
    [undefined, undefined, [1, 1, 2], 'are each left for another endpoint, and the last is asked once more'],
    [undefined, '1', [2, 0, 0], 'let one repetition be made, whatever proxy-next-upstream-tries says'],
    ['off', undefined, [1, 0, 0], 'end the request when proxy-next-upstream is off'],
  ])('%s %s: %j', async (conditions, tries, expected, _) => {
    const backends = [await goingStale(), await goingStale(), await goingStale()]
    const settings: Settings = {
      ...(conditions === undefined ? {} : { conditions }),
      ...(tries === undefined ? {} : { tries }),
    }
    const proxy = await proxyFor(backends, settings)
    for (const _ of backends) expect((await ask(proxy)).body).toBe('fresh')

    expect((await ask(proxy, { path: '/again' })).status).toBe(502)

    expect(asked(backends)).toEqual(expected)
  })
})

describe('without an annotation', () => {
  test('a GET goes on after a reset, half a head or a timeout, and a POST does not', async () => {
    const failing = [
      await resetting(),
      await startAnsweringBackend('HTTP/1.1 200 OK\r\nConte', socket => socket.end()),
      await startRecordingBackend(),
    ]
    for (const backend of failing) {
      const good = await startEchoBackend('good')
      const get = await ask(await proxyFor([backend, good], { readTimeout: '1' }))
      expect([get.status, get.echo().backend]).toEqual([200, 'good'])
      const sent = await ask(await proxyFor([backend, good], { readTimeout: '1' }), post)
      expect(sent.status).toBeGreaterThanOrEqual(502)
      expect(backend.received.match(/^POST/gm)).toHaveLength(1)
      expect(good.connections).toHaveLength(1)
    }
  })

  test('an answer is an answer, whatever its status or form', async () => {
    const good = await startEchoBackend('good')
    expect((await ask(await proxyFor([await answering(503), good]))).body).toBe('I said 503')
    expect((await ask(await proxyFor([await answering(429), good]))).body).toBe('I said 429')
    const malformed = await startAnsweringBackend('HTTP/9 nonsense\r\n\r\n')
    expect((await ask(await proxyFor([malformed, good]))).status).toBe(502)
    expect(good.connections).toHaveLength(0)
  })

  test('three endpoints are tried and no fourth', async () => {
    const good = await startEchoBackend('good')
    const response = await ask(await proxyFor([await refusing(), await refusing(), await refusing(), good]))
    expect(response.status).toBe(502)
    expect(good.connections).toHaveLength(0)
  })
})

test.each([403, 404, 429, 500, 502, 503, 504])('http_%i passes over exactly that answer', async status => {
  const good = await startEchoBackend('good')
  const conditions = `http_${status}`
  const passedOver = await answering(status)
  expect((await ask(await proxyFor([passedOver, good], { conditions }))).echo().backend).toBe('good')
  await passedOver.until(() => passedOver.openConnections === 0)
  const other = status === 503 ? 500 : 503
  expect((await ask(await proxyFor([await answering(other), good], { conditions }))).status).toBe(other)
})

describe('a condition that is not listed ends the request', () => {
  test.each([
    ['timeout', 'a reset'],
    ['http_500 non_idempotent', 'a reset'],
    ['timeout', 'a refusal'],
    ['error', 'a timeout'],
  ])('%s, after %s', async (conditions, fault) => {
    const good = await startEchoBackend('good')
    const failing = { 'a reset': resetting, 'a refusal': refusing, 'a timeout': startRecordingBackend }
    const endpoint = await failing[fault as keyof typeof failing]()
    const response = await ask(await proxyFor([endpoint, good], { conditions, readTimeout: '1' }))
    expect(response.status).toBe(fault === 'a timeout' ? 504 : 502)
    expect(good.connections).toHaveLength(0)
  })
})

test('invalid_header passes over an answer that is not HTTP', async () => {
  const malformed = await startAnsweringBackend('HTTP/9 nonsense\r\n\r\n')
  const proxy = await proxyFor([malformed, await startEchoBackend('good')], { conditions: 'invalid_header' })
  expect((await ask(proxy)).echo().backend).toBe('good')
})

describe('off', () => {
  test.each(['off', 'error timeout off'])(
    '%s: not even a refused connection is followed by another',
    async conditions => {
      const good = await startEchoBackend('good')
      expect((await ask(await proxyFor([await refusing(), good], { conditions }))).status).toBe(502)
      expect(good.connections).toHaveLength(0)
    },
  )
})

describe('non_idempotent', () => {
  test('sends a POST again after a failure, its body whole', async () => {
    const proxy = await proxyFor([await resetting(), await startEchoBackend('good')], {
      conditions: 'error non_idempotent',
    })
    const response = await ask(proxy, post)
    expect([response.status, response.echo().body]).toEqual([200, 'once'])
  })

  test('sends a POST again after an answer that is passed over; without it the answer stands', async () => {
    const good = await startEchoBackend('good')
    const both = { conditions: 'http_503 non_idempotent' }
    expect((await ask(await proxyFor([await answering(503), good], both), post)).echo().backend).toBe('good')
    expect(
      (await ask(await proxyFor([await answering(503), good], { conditions: 'http_503' }), post)).status,
    ).toBe(503)
  })

  test('is needed for PATCH and for methods nobody knows', async () => {
    const good = await startEchoBackend('good')
    for (const method of ['PATCH', 'LOCK', 'FROBNICATE'])
      expect((await ask(await proxyFor([await resetting(), good]), { method })).status).toBe(502)
  })
})

describe('a body', () => {
  /** Resets once it has this much of a request. */
  const resettingAfter = (bytes: number) =>
    startRecordingBackend((socket, received) => {
      if (received.length > bytes) socket.resetAndDestroy()
    })

  test.each(['Content-Length: 20000', 'Transfer-Encoding: chunked'])(
    'of a PUT is sent again (%s)',
    async framing => {
      const proxy = await proxyFor([await resettingAfter(10_000), await startEchoBackend('good')])
      const body = 'x'.repeat(20_000)
      const name = framing.split(':')[0]!
      const response = await ask(proxy, {
        method: 'PUT',
        body,
        headers: { [name]: framing.slice(name.length + 2) },
      })
      expect(response.echo()).toMatchObject({ backend: 'good', body })
    },
  )

  test('that is still being sent goes on at the other endpoint', async () => {
    const first = await resettingAfter(0)
    const second = await startRecordingBackend((socket, received) => {
      if (received.endsWith('world')) socket.write(okResponse('whole'))
    })
    const client = await rawClient((await proxyFor([first, second])).httpPort)

    client.send('PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nhello')
    await second.until(received => received.endsWith('hello'))
    client.send('world')

    expect(await client.until(received => received.endsWith('whole'))).toMatch(/^HTTP\/1\.1 200 /)
    expect(second.received).toMatch(/\r\n\r\nhelloworld$/)
  })

  test('too large to be kept is not sent again, and the client is told', async () => {
    const good = await startEchoBackend('good')
    const proxy = await proxyFor([await resettingAfter(200_000), good])
    expect((await ask(proxy, { method: 'PUT', body: 'x'.repeat(500_000) })).status).toBe(502)
    expect(good.connections).toHaveLength(0)
  })
})

describe('tries', () => {
  test('1 leaves an answer as it is', async () => {
    const good = await startEchoBackend('good')
    const proxy = await proxyFor([await answering(503), good], { conditions: 'http_503', tries: '1' })
    expect((await ask(proxy)).body).toBe('I said 503')
  })

  test('2 forwards the answer of the second endpoint, whatever it is', async () => {
    const third = await answering(503, 'third')
    const proxy = await proxyFor([await answering(503, 'first'), await answering(503, 'second'), third], {
      conditions: 'http_503',
      tries: '2',
    })
    expect((await ask(proxy)).body).toBe('second')
    expect(third.connections).toHaveLength(0)
  })

  test('0 goes on to the last endpoint, and asks none of them twice', async () => {
    const bad = await Promise.all(Array.from({ length: 5 }, () => answering(500)))
    const proxy = await proxyFor(bad, { conditions: 'http_500', tries: '0' })
    expect((await ask(proxy)).body).toBe('I said 500')
    expect(bad.map(({ connections }) => connections.length)).toEqual([1, 1, 1, 1, 1])
  })
})

test('timeout ends the time in which another attempt may begin', async () => {
  const good = await startEchoBackend('good')
  const silent = await startRecordingBackend()
  const proxy = await proxyFor([silent, good], { timeout: '1', readTimeout: '1' })
  expect((await ask(proxy)).status).toBe(504)
  expect(good.connections).toHaveLength(0)
  // The same silence, and time for more.
  expect((await ask(await proxyFor([silent, good], { timeout: '30', readTimeout: '1' }))).status).toBe(200)
})

test('a bad value is reported and the default used', async () => {
  const proxy = await proxyFor([await refusing(), await startEchoBackend('good')], { conditions: 'http_418' })
  expect(proxy.codes()).toEqual(['annotation-value'])
  expect((await ask(proxy)).status).toBe(200)
})
