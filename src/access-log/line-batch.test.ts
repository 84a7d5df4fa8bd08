import { expect, it } from 'vitest'
import { LineBatch } from './line-batch.ts'

it('gives lines in the order they were added, each with its line feed, and is empty then', () => {
  const batch = new LineBatch(1024 * 1024)
  expect(batch.add('one', 'utf8')).toBe(true)
  expect(batch.add('zwei → drei', 'utf8')).toBe(true)
  expect(batch.lines).toBe(2)
  expect(batch.take().toString()).toBe('one\nzwei → drei\n')
  expect(batch.lines).toBe(0)
  expect(batch.take()).toHaveLength(0)
})

it('grows with its lines and keeps them', () => {
  const batch = new LineBatch(4 * 1024 * 1024)
  const line = 'x'.repeat(1000)
  for (let i = 0; i < 1000; i++) expect(batch.add(line, 'utf8')).toBe(true)
  expect(batch.take().toString()).toBe(`${line}\n`.repeat(1000))
})

it('refuses a line for which there is no room, and takes lines again when it has been emptied', () => {
  const batch = new LineBatch(128 * 1024)
  const line = 'x'.repeat(10_000)
  let added = 0
  while (batch.add(line, 'utf8')) added++
  expect(added).toBeGreaterThan(5)
  expect(batch.lines).toBe(added)
  expect(batch.take()).toHaveLength(added * 10_001)
  expect(batch.add(line, 'utf8')).toBe(true)
})

it('writes into memory that was given back, and never into memory that was not', () => {
  const batch = new LineBatch(1024 * 1024)
  batch.add('first', 'utf8')
  const first = batch.take()
  batch.add('second', 'utf8')
  const second = batch.take()
  expect(first.toString()).toBe('first\n')
  batch.reuse(first)
  batch.add('third', 'utf8')
  // The memory given back is next in line.
  batch.take()
  batch.add('fourth', 'utf8')
  expect(batch.take().buffer).toBe(first.buffer)
  expect(second.toString()).toBe('second\n')
})
