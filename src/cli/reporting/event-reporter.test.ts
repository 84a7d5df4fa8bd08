import { beforeEach, describe, expect, it } from 'vitest'
import { compile } from '../../../test/support/compile.ts'
import type { AppliedChange, RunningApp } from '../../app/events.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { createEventReporter } from './event-reporter.ts'
import type { Reporter } from './reporter.ts'

let events: { readonly event: string; readonly [field: string]: unknown }[]
let reporter: Reporter
beforeEach(() => {
  events = []
  reporter = createEventReporter({
    printEvent: line => events.push(JSON.parse(line)),
    printMessage: () => {},
    showsNotices: false,
  })
  reporter.applied(change())
  reporter.ready({ http: 'h', https: 's', admin: undefined } as RunningApp)
  events.length = 0
})

function change(rest: Partial<AppliedChange> = {}): AppliedChange {
  return {
    table: compile([]).table,
    generation: 1,
    diagnostics: [],
    changedFiles: [],
    keptFiles: [],
    routes: { added: 0, changed: 0, removed: 0 },
    durationMs: 1,
    otherKinds: new Map(),
    ingressCount: 0,
    ...rest,
  }
}

const broken = { file: 'a.yaml', since: new Date(0), brokenSince: new Date(1), errorCount: 1 }

function missing(file: string): Diagnostic {
  const place = { document: { file, text: '', startLine: 1 }, offset: 0 }
  return { severity: 'error', code: 'path-missing', place, object: '', message: 'has vanished' }
}

function names(): string[] {
  return events.map(({ event }) => event)
}

describe('kept', () => {
  it('is said when a file becomes kept, not when another one changes', () => {
    reporter.applied(change({ changedFiles: ['a.yaml'], keptFiles: [broken] }))
    reporter.applied(change({ changedFiles: ['other.yaml'], keptFiles: [broken] }))
    expect(events).toMatchObject([
      { event: 'kept', file: 'a.yaml' },
      { event: 'applied', files: ['other.yaml'] },
    ])
  })

  it('is said again when the new content is broken as well, or when a mended file breaks again', () => {
    reporter.applied(change({ changedFiles: ['a.yaml'], keptFiles: [broken] }))
    reporter.applied(change({ changedFiles: ['a.yaml'], keptFiles: [broken] }))
    reporter.applied(change({ changedFiles: ['a.yaml'] }))
    reporter.applied(change({ changedFiles: ['a.yaml'], keptFiles: [broken] }))
    expect(names()).toEqual(['kept', 'kept', 'applied', 'kept'])
  })

  it('is said of a path that vanishes, and applied once it is back', () => {
    reporter.applied(change({ diagnostics: [missing('shop')] }))
    reporter.applied(change())
    expect(events).toMatchObject([
      { event: 'kept', file: 'shop', errors: 1 },
      { event: 'applied', files: [], errors: 0 },
    ])
  })
})

describe('applied', () => {
  it('is said of a look that found nothing new, although a file stays broken', () => {
    reporter.applied(change({ changedFiles: ['a.yaml'], keptFiles: [broken] }))
    reporter.applied(change({ keptFiles: [broken] }))
    expect(events.at(-1)).toMatchObject({ event: 'applied', files: [] })
  })

  it('names ten files of a burst and says how many more there are', () => {
    const burst = Array.from({ length: 1000 }, (_, index) => `${index}.yaml`)
    reporter.applied(change({ changedFiles: burst }))
    reporter.applied(change({ changedFiles: burst.slice(0, 10) }))
    expect(events[0]).toMatchObject({ files: burst.slice(0, 10), more: 990 })
    expect(events[1]!.files).toHaveLength(10)
    expect(events[1]).not.toHaveProperty('more')
  })
})
