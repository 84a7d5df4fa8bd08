import { expect, onTestFinished, test } from 'vitest'
import { LookSchedule } from './look-schedule.ts'

function fail(error: unknown): never {
  throw error
}

/** A schedule whose looks are counted and can be awaited. */
function countedSchedule() {
  let count = 0
  let wake = () => {}
  const schedule = new LookSchedule(async () => {
    count++
    wake()
  }, fail)
  onTestFinished(() => schedule.close())
  const nextLook = () => new Promise<void>(resolve => (wake = resolve))
  return { schedule, nextLook, looks: () => count }
}

test('looks once after a burst of events', async () => {
  const { schedule, nextLook, looks } = countedSchedule()
  for (let event = 0; event < 1000; event++) schedule.touch()
  await nextLook()
  expect(looks()).toBe(1)
})

test('looks even though events never cease', async () => {
  const { schedule, nextLook } = countedSchedule()
  const events = setInterval(() => schedule.touch(), 2)
  onTestFinished(() => clearInterval(events))
  await nextLook()
})

test('looks within the time asked for when nothing happens', async () => {
  const { schedule, nextLook } = countedSchedule()
  schedule.within(60_000)
  schedule.within(5)
  schedule.within(60_000)
  await nextLook()
})

test('never looks twice at a time', async () => {
  let running = 0
  let most = 0
  const schedule = new LookSchedule(async () => {
    most = Math.max(most, ++running)
    await new Promise(setImmediate)
    running--
  }, fail)
  onTestFinished(() => schedule.close())
  schedule.touch()
  await Promise.all([schedule.now(), schedule.now(), schedule.now()])
  expect(most).toBe(1)
})

test('tells of a look that failed and looks again after the next event', async () => {
  let looks = 0
  let wake = (_event: unknown) => {}
  const next = () => new Promise<unknown>(resolve => (wake = resolve))
  const schedule = new LookSchedule(
    async () => {
      if (++looks === 1) throw new Error('first')
      wake('looked')
    },
    error => wake(error),
  )
  onTestFinished(() => schedule.close())
  schedule.touch()
  expect(await next()).toEqual(new Error('first'))
  schedule.touch()
  expect(await next()).toBe('looked')
})

test('tells of a failed look only whoever asked for it', async () => {
  const { schedule, looks } = countedSchedule()
  const failing = schedule.now(() => Promise.reject(new Error('theirs')))
  const waiting = schedule.now()
  await expect(failing).rejects.toThrow('theirs')
  await waiting
  expect(looks()).toBe(1)
  await Promise.all([
    expect(schedule.now(() => Promise.reject(new Error('last')))).rejects.toThrow('last'),
    schedule.close(),
  ])
})

test('does not look any more once closed', async () => {
  const { schedule, looks } = countedSchedule()
  schedule.touch()
  await schedule.close()
  schedule.touch()
  await schedule.now()
  expect(looks()).toBe(0)
})
