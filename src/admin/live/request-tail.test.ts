// Who is recorded for whom, and how much of it is kept.
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import type { RequestObserver } from '../../proxy/proxy-context.ts'
import type { RequestRecord } from '../../proxy/request-record.ts'
import type { RequestsEvent } from '../api/live-types.ts'
import { RequestBatches } from './request-batches.ts'
import { RequestTail } from './request-tail.ts'

afterEach(() => {
  vi.useRealTimers()
})

function start() {
  const log: RequestObserver = () => {}
  const proxy = { observers: [log] as readonly RequestObserver[] }
  const tail = new RequestTail(proxy)
  onTestFinished(() => tail.close())
  const end = (target: string) => {
    for (const observe of proxy.observers) observe({ target } as RequestRecord, undefined)
  }
  return { proxy, tail, log, end }
}

const targets = (tail: RequestTail) => Array.from(tail.latest(), ({ record }) => record.target)

test('nobody observes requests while nobody watches, and other observers stay', () => {
  const { proxy, tail, log, end } = start()
  end('/before')
  const stop = tail.watch(() => {})
  expect(proxy.observers).toHaveLength(2)
  end('/seen')
  stop()
  end('/after')
  expect(proxy.observers).toEqual([log])
  expect(targets(tail)).toEqual(['/seen'])
})

test('who asks for a list once is expected to ask again for 30 seconds', () => {
  vi.useFakeTimers()
  const { tail } = start()
  tail.expectQuestions()
  vi.advanceTimersByTime(29_000)
  tail.expectQuestions()
  vi.advanceTimersByTime(29_000)
  expect(tail.isRecording).toBe(true)
  vi.advanceTimersByTime(1_000)
  expect(tail.isRecording).toBe(false)
})

test('keeps the latest thousand, found by their numbers', () => {
  const { tail, end } = start()
  tail.watch(() => {})
  for (let i = 1; i <= 1_500; i++) end(`/${i}`)
  const kept = targets(tail)
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([1_000, '/1500', '/501'])
  expect(tail.find(501)?.record.target).toBe('/501')
  expect([tail.find(500), tail.find(1_501), tail.find(-1), tail.find(1.5)]).toEqual(Array(4).fill(undefined))
})

test('of a burst a client is told the latest, and how many more there were', () => {
  vi.useFakeTimers()
  const { tail, end } = start()
  const told: RequestsEvent[] = []
  const isWanted = ({ target }: RequestRecord) => target !== '/0'
  const batches = new RequestBatches(
    tail,
    isWanted,
    ({ id }) => ({ id }) as never,
    event => told.push(event),
  )
  for (let i = 0; i <= 60; i++) end(`/${i}`)
  expect(told).toEqual([])
  vi.advanceTimersByTime(250)
  expect(told.map(({ requests, skipped }) => [requests.length, requests.at(-1)!.id, skipped])).toEqual([
    [50, 61, 10],
  ])
  end('/again')
  batches.close()
  vi.advanceTimersByTime(1_000)
  expect(told).toHaveLength(1)
})
