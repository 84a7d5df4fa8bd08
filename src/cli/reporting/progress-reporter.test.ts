import { expect, it } from 'vitest'
import { withProgress } from './progress-reporter.ts'

it('shows progress, and takes its line away before anything else is told', () => {
  const told: string[] = []
  const reporter = withProgress(
    {
      applied: () => told.push('applied'),
      notice: message => told.push(message),
      ready: () => told.push('ready'),
      stopped: signal => told.push(signal),
    },
    { show: text => told.push(text), end: () => told.push('-') },
  )
  reporter.progress!({ kind: 'reading', read: 1, total: 2 })
  reporter.applied({} as never)
  reporter.notice('something')
  reporter.progress!({ kind: 'draining', connections: 2, leftMs: 900 })
  reporter.stopped('SIGTERM')
  expect(told).toEqual([
    'reading manifests: 1 of 2 files',
    '-',
    'applied',
    '-',
    'something',
    'stopping: 2 connections with requests under way, cut in 1 s',
    '-',
    'SIGTERM',
  ])
})
