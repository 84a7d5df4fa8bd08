import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Deadlined, Deadlines } from './deadlines.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
})

afterEach(() => {
  vi.useRealTimers()
})

class Member implements Deadlined {
  deadline = Infinity
  calls = 0
  onDeadline(): void {
    this.calls++
    this.deadline = Infinity
  }
}

test('calls a member once its time has passed, never early and at most two sweeps late', () => {
  const deadlines = new Deadlines()
  const member = new Member()
  deadlines.add(member)
  vi.advanceTimersByTime(50)
  member.deadline = deadlines.after(1_000)
  vi.advanceTimersByTime(999)
  expect(member.calls).toBe(0)
  vi.advanceTimersByTime(201)
  expect(member.calls).toBe(1)
  deadlines.close()
})

test('does not call a member that moved its deadline, has none, or was taken out', () => {
  const deadlines = new Deadlines()
  const [moved, without, removed] = [new Member(), new Member(), new Member()]
  for (const member of [moved, without, removed]) deadlines.add(member)
  moved.deadline = deadlines.after(200)
  removed.deadline = deadlines.after(200)
  vi.advanceTimersByTime(150)
  moved.deadline = deadlines.after(10_000)
  deadlines.delete(removed)
  vi.advanceTimersByTime(1_000)
  expect([moved.calls, without.calls, removed.calls]).toEqual([0, 0, 0])
  deadlines.close()
})

test('goes on with the others when a member leaves during the sweep', () => {
  const deadlines = new Deadlines()
  const last = new Member()
  const first: Deadlined = {
    deadline: deadlines.after(100),
    onDeadline: () => deadlines.delete(first),
  }
  deadlines.add(first)
  deadlines.add(last)
  last.deadline = deadlines.after(100)
  vi.advanceTimersByTime(400)
  expect(last.calls).toBe(1)
  deadlines.close()
})

test('does not count the time in which the process stood still', () => {
  const deadlines = new Deadlines()
  const member = new Member()
  deadlines.add(member)
  member.deadline = deadlines.after(1_000)
  const now = performance.now.bind(performance)
  const standstill = vi.spyOn(performance, 'now').mockImplementation(() => now() + 60_000)
  vi.advanceTimersByTime(500)
  expect(member.calls).toBe(0)
  vi.advanceTimersByTime(1_000)
  expect(member.calls).toBe(1)
  standstill.mockRestore()
  deadlines.close()
})

test('stops with close', () => {
  const deadlines = new Deadlines()
  const member = new Member()
  member.deadline = deadlines.after(100)
  deadlines.add(member)
  deadlines.close()
  vi.advanceTimersByTime(1_000)
  expect(member.calls).toBe(0)
})
